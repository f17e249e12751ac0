import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { reply, startRawServer } from '../protocol/raw-server.ts';
import { runCommand } from './command.ts';

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

/** What the doctor finds, by name. */
async function examine(baseUrl: string) {
  const variables = { ETNA_BASE_URL: baseUrl, ETNA_APP_KEY: 'key' };
  const { exitCode, stdout } = await runCommand(['doctor', '--json', '--timeout', '2'], variables);
  const { ok, checks }: Report = JSON.parse(stdout);
  expect(exitCode).toBe(ok ? 0 : 1);
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

describe.concurrent('etna-auth doctor', () => {
  it('reports another server, and a redirect', async () => {
    await using page = await startRawServer([reply(200, 'hello')]);
    const { server } = await examine(page.url);
    expect(server).toMatchObject({ ok: false, detail: expect.stringContaining('Check the base URL') });

    await using moved = await startRawServer([
      'HTTP/1.1 302 Found\r\nLocation: https://x.test/\r\nContent-Length: 0\r\n\r\n',
    ]);
    const { server: redirected } = await examine(moved.url);
    expect(redirected).toMatchObject({ ok: false, detail: expect.stringContaining('redirected') });
  });

  it('reports a wrong clock', async () => {
    const server = createServer((_, response) => {
      const date = new Date(Date.now() - 3_600_000).toUTCString();
      response.writeHead(401, { Date: date, 'Content-Type': 'application/json' }).end('{"Message":"denied"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { clock } = await examine(`http://127.0.0.1:${port}`);
    expect(clock).toMatchObject({ ok: false, detail: expect.stringMatching(/3[56]\d\d s ahead of the server/) });
    server.close().closeAllConnections();
  });
});
