/* Search and lessons without a network: the service worker of one published edition.
 *
 * BUILD is filled in when the site is built: which files to keep, each with the beginning of its SHA-256. A worker
 * first keeps all of them, each checked against its hash, and only then takes over; so what it holds is one build,
 * whole, never a mix of two. What an earlier build kept and is still the same is not loaded again; the rest of it is
 * removed.
 *
 * With a network, pages come from the network, past the browser's own cache: a record that was withdrawn is gone at
 * once. Where there is none (or it does not answer in time), a page comes from here. The parts of a page of this build
 * come from here as well, those of another build's page only from the network. The index asks the network for its
 * manifest first; the manifest names its shards by their content, so they always fit one another, and files that carry
 * a hash in their names are the same wherever they come from.
 *
 * Without files to keep (the option `offline: false`) it removes what was kept, and itself.
 */
"use strict";
const BUILD = { version: "", files: {} };

const SCOPE = new URL("./", self.location).pathname;
const MINE = "pir-offline " + SCOPE + " ";
const CACHE = MINE + BUILD.version;
const LIST = SCOPE + "?kept"; // under this address, a cache tells the hashes of its files
const PATIENCE = 4000; // ms that a page kept here waits for the network's
const AT_ONCE = 6;
const HASHED = /[-.][0-9a-f]{8,}\.(?:min\.)?(?:js|css)$/;

const FRESH = { cache: "no-cache" };

const pages = new Map(); // of each open page: a promise of whether it is of this build

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function ownCaches() {
  return (await caches.keys()).filter((name) => name.startsWith(MINE));
}

/* By hash, where an earlier build keeps that very content. */
async function earlier() {
  const found = new Map();
  for (const name of await ownCaches()) {
    const cache = await caches.open(name);
    const list = await cache.match(LIST);
    if (list) for (const [path, hash] of Object.entries(await list.json())) found.set(hash, [cache, path]);
  }
  return found;
}

/* A server that tells files apart by whole seconds, or publishes all with one time, calls a changed file unchanged:
   what does not have its hash is asked for once more, past every cache. */
async function load(path, hash) {
  for (const cache of ["no-cache", "reload"]) {
    const response = await fetch(SCOPE + path, { cache });
    const bytes = await response.arrayBuffer();
    if (response.ok && (await digest(bytes)) === hash) {
      return new Response(bytes, { headers: { "Content-Type": response.headers.get("Content-Type") || "" } });
    }
  }
  throw new Error("not of this build: " + path);
}

async function keepAll() {
  const before = await earlier();
  const cache = await caches.open(CACHE);
  const waiting = Object.entries(BUILD.files);
  async function next() {
    while (waiting.length) {
      const [path, hash] = waiting.pop();
      const [other, known] = before.get(hash) || [];
      const same = other && (await other.match(SCOPE + known));
      await cache.put(SCOPE + path, same || (await load(path, hash)));
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    await cache.put(LIST, new Response(JSON.stringify(BUILD.files)));
  } catch (error) {
    waiting.length = 0;
    if (!(await cache.match(LIST))) await caches.delete(CACHE);
    throw error;
  }
}

async function takeOver() {
  const keep = BUILD.version ? CACHE : "";
  await Promise.all((await ownCaches()).filter((name) => name !== keep).map((name) => caches.delete(name)));
  if (BUILD.version) await self.clients.claim();
  else await self.registration.unregister();
}

/* The name of the kept file for an address: also for one without `.html` or `index.html`, as some servers write them. */
function nameOf(path) {
  const names = [path, path + ".html", (path && !path.endsWith("/") ? path + "/" : path) + "index.html"];
  return names.find((one) => Object.hasOwn(BUILD.files, one));
}

async function kept(name) {
  return name && (await caches.open(CACHE)).match(SCOPE + name);
}

async function isOurs(answer, name) {
  return Boolean(name && answer.ok) && (await digest(await answer.arrayBuffer())) === BUILD.files[name];
}

function patience() {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
}

function remember(id, ours) {
  pages.set(id, ours);
  if (pages.size > 64) pages.delete(pages.keys().next().value);
}

/* A page that is not kept is told as far as the search knows it. */
function instead(path) {
  const id = decodeURIComponent(path.split("/").pop()).replace(/\.html$/, "");
  const record = path.includes("/") && !path.startsWith("search/") && id !== "index";
  return Response.redirect(SCOPE + "search/index.html" + (record ? "?q=" + encodeURIComponent(id) : "") + "#not-kept");
}

async function answerPage(event, path) {
  const name = nameOf(path);
  const here = await kept(name);
  const asked = fetch(event.request, FRESH).then(
    (answer) => (answer.status < 500 ? answer : null),
    () => null,
  );
  const answer = await (here ? Promise.race([asked, patience()]) : asked);
  remember(event.resultingClientId, answer ? isOurs(answer.clone(), name).catch(() => false) : Promise.resolve(true));
  return answer || here || instead(path);
}

async function answerPart(event, path) {
  const here = await kept(nameOf(path));
  const searching = path.startsWith("search/");
  if (here && HASHED.test(path)) return here;
  // a worker that was at rest has forgotten its pages; their frames are long there, so no parts can mix
  const page = pages.get(event.clientId);
  const ours = page ? await page : null;
  if (here && ours && !searching) return here;
  try {
    return await fetch(event.request, FRESH);
  } catch (error) {
    if (here && (ours !== false || searching)) return here;
    throw error;
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil((BUILD.version ? keepAll() : Promise.resolve()).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const within = url.origin === self.location.origin && url.pathname.startsWith(SCOPE);
  if (!BUILD.version || event.request.method !== "GET" || !within) return;
  const path = decodeURI(url.pathname.slice(SCOPE.length));
  event.respondWith(event.request.mode === "navigate" ? answerPage(event, path) : answerPart(event, path));
});
