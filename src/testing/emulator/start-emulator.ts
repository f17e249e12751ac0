import type { Emulator, EmulatorOptions } from './emulator.ts';
import { createEmulator } from './emulator.ts';
import { ConnectionReset } from './scripted-answer.ts';

/** An emulator that listens on the loopback interface. */
export interface RunningEmulator extends Emulator {
  /** Its address, such as `http://127.0.0.1:49152`. */
  readonly url: string;
  /** The base URL for clients: `url` with the base path. */
  readonly baseUrl: string;
  /** Stops it, and closes all open connections. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serves an emulator over HTTP on 127.0.0.1, on `port` or a free one. Node.js only. Rejects with Node's error if the port is in use.
 *
 * @example
 * ```ts
 * import { startEmulator } from 'etna-auth/testing';
 *
 * await using emulator = await startEmulator();
 * const response = await fetch(`${emulator.baseUrl}/token`, { method: 'POST' }); // 401, no application key
 * ```
 */
export async function startEmulator({
  port = 0,
  ...options
}: EmulatorOptions & { readonly port?: number } = {}): Promise<RunningEmulator> {
  const { createServer } = await import('node:http');
  // Taken apart at once, so that the rest of it is not bundled.
  const { getRequestListener } = await import('@hono/node-server');
  const { RESPONSE_ALREADY_SENT } = await import('@hono/node-server/utils/response');
  const emulator = createEmulator(options);

  const listener = getRequestListener(
    async (request, { incoming }) => {
      try {
        return await emulator.fetch(request);
      } catch (error) {
        if (!(error instanceof ConnectionReset)) throw error;
        incoming.socket.resetAndDestroy();
        return RESPONSE_ALREADY_SENT;
      }
    },
    { overrideGlobalObjects: false },
  );

  const server = createServer(listener);
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject).listen(port, '127.0.0.1', listening.resolve);
  await listening.promise;

  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`;
  const close = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    server.closeAllConnections();
    return promise;
  };
  return { ...emulator, url, baseUrl: `${url}${emulator.basePath}`, close, [Symbol.asyncDispose]: close };
}
