/* Shows what window.ask finds for ?q=, as a search page would. */
window.show = async (text) => {
  const hits = await window.ask(text, 6);
  document.getElementById("hits").replaceChildren(...hits.map((hit) => {
    const item = document.createElement("li");
    item.className = "hit";
    item.textContent = hit.title;
    return item;
  }));
  return hits;
};
const asked = new URLSearchParams(location.search).get("q");
if (asked) window.show(asked);
