import { once } from 'node:events';
import { demoUsers, type EmulatedUser, startEmulator } from '../testing/emulator/index.ts';
import { messageLine, requestLine } from './printable.ts';

/** The flags of `etna-auth emulator`. */
export interface EmulatorFlags {
  /** A free one by default. */
  readonly port?: number;
}

/** Runs `etna-auth emulator` until it is interrupted. Resolves with the exit code. */
export async function runEmulator({ port = 0 }: EmulatorFlags): Promise<number> {
  const emulator = await startEmulator({
    port,
    onMessage: (message) => console.log(messageLine(message)),
    onRequest: (request) => console.log(requestLine(request)),
  }).catch((error: NodeJS.ErrnoException) => error);
  if (emulator instanceof Error) {
    console.error(`The emulator cannot listen on port ${port} (${emulator.code}). Choose another one with --port.`);
    return 1;
  }
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  console.log(
    [
      `An emulated ETNA Trader listens on ${emulator.baseUrl}. Sign in from another terminal:`,
      '',
      `export ETNA_BASE_URL=${emulator.baseUrl} ETNA_APP_KEY=${emulator.appKey}`,
      '',
      // The comments are separate lines, since not every shell accepts a pasted # comment.
      ...demoUsers.flatMap((user) => [
        `  ${user.username}, with ${traitsOf(user)}:`,
        `ETNA_PASSWORD=${user.password} npx etna-auth login --username ${user.username}`,
        '',
      ]),
      'Codes and requests show up here. Ctrl-C stops it.',
      '',
    ].join('\n'),
  );
  await stopped;
  await emulator.close();
  return 0;
}

function traitsOf({ twoFactor, pin, passwordExpired, pinNotSet }: EmulatedUser): string {
  const traits = [
    twoFactor && `a code by ${twoFactor === 'sms' ? 'SMS' : 'e-mail'}`,
    pin && `the PIN ${pin}`,
    passwordExpired && 'an expired password',
    pinNotSet && 'a PIN that was never set',
  ].filter(Boolean);
  return traits.join(' and ') || 'the password alone';
}
