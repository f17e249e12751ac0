import { Hono } from 'hono';

/** Options of the proxy. */
export interface ProxyOptions {
  /** The base URL of the broker's ETNA Trader. Nothing is sent elsewhere. */
  readonly upstream: string;
  /** The application key, which pages do not need to know. */
  readonly appKey: string;
  /** Additional headers to forward, such as those of `challengeHeaders`. */
  readonly headers?: readonly string[];
}

// The headers that ETNA reads. Cookies, addresses and other headers of browsers are not forwarded.
const passed = ['accept', 'authorization', 'content-type', 'password', 'pincode', 'username', 'verificationcode'];

/** Forwards requests to `/etna/…` to the broker, with the application key. Serve it from the origin of the pages. */
export function createProxy({ upstream, appKey, headers: further = [] }: ProxyOptions): Hono {
  const { origin, pathname } = new URL(`${upstream.replace(/\/+$/, '')}/`);
  return new Hono().all('/etna/*', async ({ req }) => {
    const { pathname: path, search } = new URL(req.url);
    const target = new URL(`${pathname}${path.slice('/etna/'.length)}${search}`, origin);
    // `..` has been resolved already, except where the broker may decode the path once more.
    if (/%(2e|2f|5c)/i.test(target.pathname)) return new Response(null, { status: 404 });
    if (target.origin !== origin || !target.pathname.startsWith(pathname)) return new Response(null, { status: 404 });
    // Browsers send the origin of a page: forms and scripts of other sites are refused.
    if (!['same-origin', undefined].includes(req.header('sec-fetch-site'))) return new Response(null, { status: 403 });

    const headers = new Headers({ 'Et-App-Key': appKey });
    for (const name of [...passed, ...further]) {
      const value = req.header(name);
      if (value !== undefined) headers.set(name, value);
    }
    const body = ['GET', 'HEAD'].includes(req.method) ? null : await req.arrayBuffer();
    const { signal } = req.raw;
    try {
      const reply = await fetch(target, { method: req.method, headers, body, signal, redirect: 'manual' });
      const answered = new Headers({ 'Cache-Control': 'no-store' });
      for (const name of ['content-type', 'retry-after', 'location']) {
        const value = reply.headers.get(name);
        if (value !== null) answered.set(name, value);
      }
      return new Response(reply.body, { status: reply.status, headers: answered });
    } catch {
      return Response.json({ message: 'The broker cannot be reached.' }, { status: 502 });
    }
  });
}
