import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';

it('npm run inspect shows a login in the inspector, and none of its secrets', async () => {
  const port = 18_000 + (process.pid % 1_000);
  const script = fileURLToPath(new URL('../../docs/inspect.ts', import.meta.url));
  const env = { ...process.env, INSPECTOR_PORT: String(port), INSPECTOR_PACE: '300' };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [[first]] = await Promise.all([once(child.stdout, 'data')]);
  expect(String(first)).toContain(`http://localhost:${port}`);

  const seen: string[] = [];
  const socket = new WebSocket(`ws://localhost:${port}`);
  socket.on('message', (message) => seen.push(String(message)));
  await once(socket, 'open');
  const [rest, [exitCode]] = await Promise.all([text(child.stdout), ended]);
  expect(exitCode).toBe(0);
  expect(rest).toContain('authenticated');
  const all = seen.join('\n');
  for (const state of ['requestingToken', 'awaitingCode', 'verifyingCode', 'authenticated'])
    expect(all).toContain(state);
  for (const secret of ['alice-demo', 'a wrong one', 'Bearer']) expect(all).not.toContain(secret);
}, 30_000);
