/* Search and lessons without a network: the service worker of one published edition.
 *
 * BUILD is filled in when the site is built: the files to store, each with the beginning of its SHA-256. A worker first
 * stores all of them, checks each against its hash, and only then becomes active; so it always has one complete build,
 * never a mix of two. Files that an earlier build has stored are not loaded again if they are the same; all others of
 * that build are deleted.
 *
 * With a network, pages come from the network, without the browser's own cache, so that a withdrawn record is gone at
 * once. Without one (or if it does not answer in time), a page comes from the stored build. So do the assets of a page of
 * this build; those of another build's page come only from the network. The search asks the network for its manifest
 * first; the manifest names its shards by their content, so they always match, and files with a hash in their names are
 * the same wherever they come from.
 *
 * Without files to store (the option `offline: false`) the worker deletes its caches and itself.
 */
"use strict";
const BUILD = { version: "", files: {} };

const SCOPE = new URL("./", self.location).pathname;
const CACHE_PREFIX = "pir-offline " + SCOPE + " ";
const CACHE = CACHE_PREFIX + BUILD.version;
const LIST = SCOPE + "?kept"; // the address under which a cache stores the hashes of its files
const NETWORK_TIMEOUT = 4000; // ms to wait for the network before a stored page is shown
const PARALLEL = 6;
const HASHED = /[-.][0-9a-f]{8,}\.(?:min\.)?(?:js|css)$/;

const FRESH = { cache: "no-cache" };

const pages = new Map(); // for each open page a promise of whether it is of this build

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function ownCaches() {
  return (await caches.keys()).filter((name) => name.startsWith(CACHE_PREFIX));
}

/* The cache and path of each file that earlier builds have stored, by hash. */
async function storedFiles() {
  const files = new Map();
  for (const name of await ownCaches()) {
    const cache = await caches.open(name);
    const list = await cache.match(LIST);
    if (list) for (const [path, hash] of Object.entries(await list.json())) files.set(hash, [cache, path]);
  }
  return files;
}

/* A server that compares times in whole seconds may call a changed file unchanged: a file with another hash is
   requested once more, without any cache. */
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

async function storeAll() {
  const before = await storedFiles();
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
    await Promise.all(Array.from({ length: PARALLEL }, next));
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

/* The stored file of an address, which some servers write without `.html` or `index.html`. */
function nameOf(path) {
  const names = [path, path + ".html", (path && !path.endsWith("/") ? path + "/" : path) + "index.html"];
  return names.find((one) => Object.hasOwn(BUILD.files, one));
}

async function storedFile(name) {
  return name && (await caches.open(CACHE)).match(SCOPE + name);
}

async function isOurs(answer, name) {
  return Boolean(name && answer.ok) && (await digest(await answer.arrayBuffer())) === BUILD.files[name];
}

function timeOut() {
  return new Promise((resolve) => setTimeout(resolve, NETWORK_TIMEOUT, null));
}

function remember(id, ours) {
  pages.set(id, ours);
  if (pages.size > 64) pages.delete(pages.keys().next().value);
}

/* For a page that is not stored: the search page, which shows what the index has of the record. */
function searchInstead(path) {
  const id = decodeURIComponent(path.split("/").pop()).replace(/\.html$/, "");
  const record = path.includes("/") && !path.startsWith("search/") && id !== "index";
  return Response.redirect(SCOPE + "search/index.html" + (record ? "?q=" + encodeURIComponent(id) : "") + "#not-kept");
}

async function answerPage(event, path) {
  const name = nameOf(path);
  const here = await storedFile(name);
  const asked = fetch(event.request, FRESH).then(
    (answer) => (answer.status < 500 ? answer : null),
    () => null,
  );
  const answer = await (here ? Promise.race([asked, timeOut()]) : asked);
  remember(event.resultingClientId, answer ? isOurs(answer.clone(), name).catch(() => false) : Promise.resolve(true));
  return answer || here || searchInstead(path);
}

async function answerPart(event, path) {
  const here = await storedFile(nameOf(path));
  const searching = path.startsWith("search/");
  if (here && HASHED.test(path)) return here;
  // a worker that was stopped has lost its list of pages; they have loaded their assets before, so none can mix
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
  event.waitUntil((BUILD.version ? storeAll() : Promise.resolve()).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const within = url.origin === self.location.origin && url.pathname.startsWith(SCOPE);
  if (!BUILD.version || event.request.method !== "GET" || !within) return;
  const path = decodeURI(url.pathname.slice(SCOPE.length));
  event.respondWith(event.request.mode === "navigate" ? answerPage(event, path) : answerPart(event, path));
});
