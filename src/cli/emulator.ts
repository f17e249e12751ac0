import { once } from 'node:events';
import { demoUsers, type EmulatedUser, startEmulator } from '../testing/index.ts';
import { requestLine } from './request-line.ts';

/** Runs `etna-auth emulator` until it is interrupted. Resolves with the exit code. */
export async function runEmulator(port: number): Promise<number> {
  const emulator = await startEmulator({
    port,
    onMessage: ({ channel, to, code }) => console.log(`${channel} to ${to}: your code is ${code}`),
    onRequest: (request) => console.log(requestLine(request)),
  }).catch((error: NodeJS.ErrnoException) => error);
  if (emulator instanceof Error) {
    console.error(`The emulator cannot listen on port ${port} (${emulator.code}). Choose another one with --port.`);
    return 1;
  }
  console.log(
    [
      `An emulated ETNA Trader listens on ${emulator.baseUrl}. Sign in from another terminal:`,
      '',
      `export ETNA_BASE_URL=${emulator.baseUrl} ETNA_APP_KEY=${emulator.appKey}`,
      ...demoUsers.map(
        (user) => `ETNA_PASSWORD=${user.password} npx etna-auth login --username ${user.username} ${remark(user)}`,
      ),
      '',
      'Codes and requests show up here. Ctrl-C stops it.',
      '',
    ].join('\n'),
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await emulator.close();
  return 0;
}

function remark({ twoFactor, pin, passwordExpired, pinNotSet }: EmulatedUser): string {
  const traits = [
    twoFactor && `a code by ${twoFactor}`,
    pin && `the PIN ${pin}`,
    passwordExpired && 'an expired password',
    pinNotSet && 'a PIN that was never set',
  ].filter(Boolean);
  return `# ${traits.join(' and ') || 'no second factor'}`;
}
