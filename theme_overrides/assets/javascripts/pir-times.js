/* Shows on hover what no page repeats: the exact day or moment with its weekday, "Wednesday 4 Mar 2026, 02:10:00 UTC",
 * which stands in the attribute `datetime` of each time, as Python writes it; and why a section is marked as internal.
 */
(() => {
  "use strict";

  const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.\d+)?([+-]\d\d:\d\d)?)?$/;

  function exact(written) {
    const parts = FORM.exec(written);
    if (!parts) return "";
    const [, year, month, day, clock, offset] = parts;
    const weekday = DAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
    const whole = `${weekday} ${Number(day)} ${MONTHS[month - 1]} ${year}`;
    if (!clock) return whole;
    const zone = offset ? (offset === "+00:00" ? " UTC" : ` UTC${offset}`) : "";
    return `${whole}, ${clock}${zone}`;
  }

  document.addEventListener("mouseover", (event) => {
    const time = event.target.closest("time[datetime]:not([title])");
    if (time) time.title = exact(time.dateTime);
    const inside = event.target.closest("p.pir-chip--inside:not([title])");
    if (inside) inside.title = "A client's edition leaves this section out";
  });
})();
