// A login against an emulator, in Stately's inspector: `npm run inspect`.
import { setTimeout as pause } from 'node:timers/promises';
import { createWebSocketInspector } from '@statelyai/inspect';
import { createInspectorServer } from '@statelyai/inspect/server';
import { createAuth } from '../src/auth.ts';
import { redactedInspect } from '../src/inspect/index.ts';
import { startEmulator } from '../src/testing/index.ts';

const port = Number(process.env.INSPECTOR_PORT ?? 8081);
// What a person would take between two steps, in milliseconds.
const pace = Number(process.env.INSPECTOR_PACE ?? 1_500);
const isWatched = process.stdout.isTTY === true;

const server = createInspectorServer({ port, autoOpen: isWatched });
const inspector = createWebSocketInspector({ url: `ws://localhost:${port}` });
const emulator = await startEmulator({ loginsPerMinute: false });
const { baseUrl, appKey } = emulator;
const auth = createAuth({ baseUrl, appKey, inspect: redactedInspect(inspector.inspect) });
console.log(
  `Stately's inspector is at http://localhost:${port}. A login with a wrong code, a right one and a logout goes round in it.`,
);
auth.subscribe(({ state }) => console.log(`state    ${state}`));

const rounds = isWatched ? Number.POSITIVE_INFINITY : 1;
for (let round = 0; round < rounds; round += 1) {
  await pause(pace);
  await auth.login({ username: 'alice', password: 'alice-demo' });
  await pause(pace);
  await auth.submitCode('a wrong one');
  await pause(pace);
  const { code } = emulator.inbox('alice').at(-1) ?? { code: '' };
  await auth.submitCode(code);
  await pause(pace);
  await auth.logout();
}
await emulator.close();
inspector.stop();
server.stop();
// A window that watches would keep it alive.
process.exit();
