/* Shows what window.ask finds for ?q=, as a search page would; that nothing was found is an answer too. */
window.show = async (text) => {
  const hits = await window.ask(text, 6);
  document.getElementById("hits").replaceChildren(
    ...hits.map((hit) => {
      const item = document.createElement("li");
      item.className = "hit";
      item.textContent = hit.title;
      return item;
    }),
  );
  if (!hits.length) document.getElementById("hits").insertAdjacentHTML("beforeend", '<li class="hit">nothing</li>');
  return hits;
};
const asked = new URLSearchParams(location.search).get("q");
if (asked) window.show(asked);
