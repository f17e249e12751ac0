import ky from 'ky';
import type { Auth } from '../../src/index.ts';
import { compare, inTurn, median, type Result, timeOf } from './result.ts';
import { startTokenServer } from './start-token-server.ts';

const loginsInARow = 100;
const rounds = 40;
const loginsAtOnce = 200;
const loginsInABatch = 2_000;
const batches = 8;

// The published code is measured.
const { createAuth, createAuthMachine }: typeof import('../../src/index.ts') = await import(
  new URL('../../dist/index.js', import.meta.url).href
);

/** The time of a login with a code in a running program, and the throughput of concurrent ones. */
export async function measureLogins(): Promise<Result[]> {
  using server = await startTokenServer();
  const options = { baseUrl: server.baseUrl, appKey: 'key' };
  const machine = createAuthMachine(options);
  const sides = {
    ky: () => signInByHand(server.baseUrl),
    once: () => signIn(createAuth({ ...options, machine })),
    each: () => signIn(createAuth(options)),
  };
  const row = async (login: () => Promise<void>) => {
    for (let count = 0; count < loginsInARow; count += 1) await login();
  };
  const batch = async (login: () => Promise<void>) => {
    let left = loginsInABatch;
    const work = async () => {
      while (left-- > 0) await login();
    };
    await Promise.all(Array.from({ length: loginsAtOnce }, work));
  };
  const forAll = (measure: (login: () => Promise<void>) => Promise<number>) => ({
    ky: () => measure(sides.ky),
    once: () => measure(sides.once),
    each: () => measure(sides.each),
  });
  const times = await inTurn(
    forAll(async (login) => (await timeOf(() => row(login))) / loginsInARow),
    rounds,
  );
  const rates = await inTurn(
    forAll(async (login) => (loginsInABatch * 1_000) / (await timeOf(() => batch(login)))),
    batches,
  );
  const group = 'Logins in a program';
  const names = { once: 'one machine for all', each: 'one machine each' };
  return [
    ...(['once', 'each'] as const).map((side) => ({
      group,
      name: `login with password and code, ${names[side]}`,
      unit: 'ms' as const,
      value: median(times[side]),
      reference: compare('ky alone', times[side], times.ky),
      goal: side === 'once' ? 1.35 : 1.5,
    })),
    ...(['once', 'each'] as const).map((side) => ({
      group,
      name: `${loginsAtOnce} concurrent logins, ${names[side]}`,
      unit: 'logins/s' as const,
      value: median(rates[side]),
      reference: compare('ky alone', rates[side], rates.ky),
      goal: 0.6,
    })),
  ];
}

async function signIn(auth: Auth): Promise<void> {
  await auth.login({ username: 'alice', password: 'alice-demo' });
  const { state } = await auth.submitCode('123456');
  if (state !== 'authenticated') throw new Error(state);
  auth.actor.stop();
}

/** The same two requests without the library. */
async function signInByHand(baseUrl: string): Promise<void> {
  const post = (headers: Record<string, string>) =>
    ky
      .post(`${baseUrl}/token`, {
        headers: { 'Et-App-Key': 'key', Username: 'alice', Password: 'alice-demo', ...headers },
        retry: 0,
        throwHttpErrors: false,
      })
      .json<{ State: string; Token: string }>();
  const { Token } = await post({});
  const { State } = await post({ Authorization: `Bearer ${Token}`, VerificationCode: '123456' });
  if (State !== 'Succeeded') throw new Error(State);
}
