// A two-factor login where phones' globals are all there is: those of React Native, from the packages that it takes them from, and
// a `fetch` with the reply of Expo's, which is no `Response`. Its arguments are the emulator's address and key, and what else is missing.
import { text } from 'node:stream/consumers';
import { AbortController, AbortSignal } from 'abort-controller';
import { Headers, Request, Response } from 'whatwg-fetch';

const [baseUrl = '', appKey = '', ...missing] = process.argv.slice(2);
const { fetch, AbortController: NodeController } = globalThis;
const { toWellFormed } = String.prototype;
// Node's own, beneath the one of the phone, takes its globals when it is first used.
await fetch('data:,');

class ReactNativeBlob extends Blob {
  constructor(parts: BlobPart[] = []) {
    if (parts.some((part) => typeof part === 'object'))
      throw new Error('Creating blobs from ArrayBuffer is not supported');
    super(parts);
  }
  override text(): never {
    throw new TypeError('text is not a function');
  }
}

/** What Expo's `fetch` resolves with. */
class ExpoResponse {
  readonly type = 'default';
  readonly #response: globalThis.Response;
  constructor(response: globalThis.Response) {
    this.#response = response;
  }
  get status() {
    return this.#response.status;
  }
  get ok() {
    return this.#response.ok;
  }
  get url() {
    return this.#response.url;
  }
  get redirected() {
    return this.#response.redirected;
  }
  get headers() {
    return new Headers(Object.fromEntries(this.#response.headers));
  }
  get body() {
    return missing.includes('body') ? null : this.#response.body;
  }
  text() {
    return this.#response.text();
  }
  clone(): never {
    throw new Error('Not implemented');
  }
}

async function expoFetch(url: string, { signal, ...init }: RequestInit) {
  const controller = new NodeController();
  signal?.addEventListener('abort', () => controller.abort());
  // Node reads its arguments at once, by a function that phones lack.
  Object.assign(String.prototype, { toWellFormed });
  const response = fetch(url, { ...init, signal: controller.signal });
  Object.assign(String.prototype, missingOnStrings);
  return new ExpoResponse(await response);
}

const missingOnStrings = { toWellFormed: undefined, isWellFormed: undefined };

Object.assign(globalThis, { Headers, Request, Response, AbortController, AbortSignal, Blob: ReactNativeBlob });
Object.defineProperty(globalThis, 'navigator', { value: { product: 'ReactNative' } });
Object.assign(URL, { parse: undefined, canParse: undefined });
Object.assign(Promise, { withResolvers: undefined });
Object.assign(String.prototype, missingOnStrings);
for (const name of ['fetch', 'BroadcastChannel', 'structuredClone', ...missing])
  Reflect.deleteProperty(globalThis, name);

const { openNativeAuth } = await import('../../src/native/index.ts');
const { createApiClient, createMemoryStore } = await import('../../src/session/index.ts');
const options = { baseUrl, appKey, fetch: expoFetch as never };
const auth = await openNativeAuth({ ...options, store: createMemoryStore() });
const states: string[] = [];
auth.subscribe(({ state }) => states.push(state));
await auth.login({ username: 'alice', password: 'alice-demo' });
await auth.submitCode(await text(process.stdin));
const api = createApiClient(auth, options);
const info = await api.get('v1.0/users/@me/info').json<{ Login: string }>();
const { status } = await api.post('v1.0/orders', { json: { symbol: 'AAPL' }, throwHttpErrors: false });
await auth.logout();
console.log(JSON.stringify({ states: [...new Set(states)], login: info.Login, status }));
auth.close();
