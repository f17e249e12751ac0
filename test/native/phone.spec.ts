import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { startEmulator } from '../../src/testing/index.ts';

it.each([
  ['as they are', []],
  ['without TextDecoder, as in older ones', ['TextDecoder']],
  ['whose replies have no stream', ['body']],
])('signs in with two factors and calls the API by the globals of phones, %s', async (_, missing) => {
  await using emulator = await startEmulator({ basePath: '/api' });
  const script = resolve(import.meta.dirname, 'phone.ts');
  const phone = spawn(process.execPath, [script, emulator.baseUrl, emulator.appKey, ...missing], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const message = await emulator.nextMessage('alice', { signal: AbortSignal.timeout(10_000) });
  phone.stdin.end(message.code);
  expect(JSON.parse(await text(phone.stdout))).toEqual({
    states: ['requestingToken', 'awaitingCode', 'verifyingCode', 'authenticated', 'idle'],
    login: 'alice',
    // The emulator takes no orders.
    status: 404,
  });
});
