import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, resolve } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** A folder that is served, until the end of the block. */
export interface ServedFolder extends Disposable {
  /** Where its index is. */
  readonly url: string;
}

/** Serves the files of a folder, as a static host does that has them in a folder of its own: `base`, with a slash at both ends. */
export async function serveFolder(folder: string, base: string): Promise<ServedFolder> {
  const server = createServer(async ({ url = '' }, response) => {
    const path = decodeURIComponent(new URL(url, 'http://site.test').pathname).replace(base, '');
    const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
    const body = await readFile(resolve(folder, file)).catch(() => null);
    response.writeHead(body ? 200 : 404, { 'Content-Type': types[extname(file)] ?? 'text/plain' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
