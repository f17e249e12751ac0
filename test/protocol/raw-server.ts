import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { createServer, type Socket } from 'node:net';

/** A request as it came off the wire, one byte a character. */
export interface RawRequest {
  /** `POST /token HTTP/1.1` */
  readonly line: string;
  /** By lower-case name. Nothing is trimmed but the one blank after the colon. */
  readonly headers: ReadonlyMap<string, string>;
  /** Whatever came after the head, up to now. */
  readonly body: string;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
}

/** What the server does with a request: it sends this text, or has its way with the connection. */
export type RawAnswer = string | Uint8Array | ((socket: Socket, request: RawRequest) => void);

/** A server that takes down every byte, and says nothing that it was not told to say. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly requests: readonly RawRequest[];
  /** How many connections were opened, be it without a request. */
  readonly connections: number;
  /** The request with this number, waiting for it if need be. */
  request(index: number): Promise<RawRequest>;
}

/** Serves the answers in turn, each to one connection. The last one answers all that comes after it. */
export async function startRawServer(answers: readonly RawAnswer[], host = '127.0.0.1'): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requests: RawRequest[] = [];
  const arrivals: PromiseWithResolvers<RawRequest>[] = [];
  const arrival = (index: number) => {
    arrivals[index] ??= Promise.withResolvers<RawRequest>();
    return arrivals[index];
  };
  let connections = 0;

  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    const over = Promise.withResolvers<void>();
    // A client that gives up may reset the connection, which is no failure of the server.
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      over.resolve();
    });
    let text = '';
    let known = false;
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\r\n\r\n');
      if (known || end < 0) return;
      known = true;
      const [line = '', ...fields] = text.slice(0, end).split('\r\n');
      const request: RawRequest = {
        line,
        headers: headersOf(fields),
        get body() {
          return text.slice(end + 4);
        },
        closed: over.promise,
      };
      const answer = answers[Math.min(requests.length, answers.length - 1)];
      requests.push(request);
      arrival(requests.length - 1).resolve(request);
      if (typeof answer === 'function') answer(socket, request);
      else if (answer !== undefined) socket.end(answer);
    });
  });

  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    requests,
    get connections() {
      return connections;
    },
    request: (index) => arrival(index).promise,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function headersOf(fields: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const field of fields) {
    const [, name = '', value = ''] = /^([^:]*): ?(.*)$/s.exec(field) ?? [];
    const earlier = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}

/** The head of an HTTP answer, one answer a connection. */
export function head(status: number, headers: Readonly<Record<string, string | number>> = {}): string {
  const fields = Object.entries({ Connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...fields, '', ''].join('\r\n');
}

/** A whole HTTP answer: a text as it is, anything else as JSON. */
export function reply(status: number, body: string | object, headers: Readonly<Record<string, string>> = {}): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return head(status, { 'Content-Length': Buffer.byteLength(text), ...headers }) + text;
}

/** The bytes of a text, one a character, as {@link RawRequest} shows them. */
export const bytes = (text: string, encoding: 'utf8' | 'latin1' = 'utf8') =>
  Buffer.from(text, encoding).toString('latin1');
