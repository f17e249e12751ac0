import ky from 'ky';
import { fromPromise } from 'xstate';
import type { Auth, TokenReply, TokenRequest } from '../../src/index.ts';
import { compare, inTurn, median, type Result, timeOf } from './result.ts';
import { startTokenServer } from './start-token-server.ts';

const loginsInARow = 20;
const rounds = 200;
const loginsAtOnce = 200;
const loginsInABatch = 800;
const batches = 20;

// The published code is measured.
const { authMachine, createAuth, reveal, secret }: typeof import('../../src/index.ts') = await import(
  new URL('../../dist/index.js', import.meta.url).href
);

/** The time of a login with a code in a running program, and the throughput of concurrent ones. */
export async function measureLogins(): Promise<Result[]> {
  using server = await startTokenServer();
  const options = { baseUrl: server.baseUrl, appKey: 'key' };
  const unchecked = uncheckedMachine(server.baseUrl);
  const sides = {
    ky: () => signInByHand(server.baseUrl),
    once: () => signIn(createAuth(options)),
    each: () => signIn(createAuth({ ...options })),
    unchecked: () => signIn(createAuth({ ...options, machine: unchecked })),
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
    unchecked: () => measure(sides.unchecked),
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
  const kinds = ['once', 'each', 'unchecked'] as const;
  const names = { once: 'one machine for all', each: 'one machine each', unchecked: 'the chart with ky and no checks' };
  return [
    ...kinds.map((side) => ({
      group,
      name: `login with password and code, ${names[side]}`,
      unit: 'ms' as const,
      value: median(times[side]),
      reference: compare('ky alone', times[side], times.ky),
      ...(side !== 'unchecked' && { goal: side === 'once' ? 1.35 : 1.5 }),
    })),
    ...kinds.map((side) => ({
      group,
      name: `${loginsAtOnce} concurrent logins, ${names[side]}`,
      unit: 'logins/s' as const,
      value: median(rates[side]),
      reference: compare('ky alone', rates[side], rates.ky),
      ...(side !== 'unchecked' && { goal: 0.6 }),
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
  const { Token } = await post(baseUrl);
  const { State } = await post(baseUrl, { Authorization: `Bearer ${Token}`, VerificationCode: '123456' });
  if (State !== 'Succeeded') throw new Error(State);
}

/** The same chart, with services that make the same requests and believe each reply: what our checks cost shows by comparison. */
function uncheckedMachine(baseUrl: string): typeof authMachine {
  const service = fromPromise<TokenReply, TokenRequest>(async ({ input: { challenge, code } }) => {
    const answer = challenge &&
      code && { Authorization: `Bearer ${reveal(challenge.interimToken)}`, VerificationCode: reveal(code) };
    const issuedAt = Date.now();
    const { State, Step, Token } = await post(baseUrl, answer ?? {});
    const token = secret(Token);
    if (State === 'Succeeded') {
      return { type: 'succeeded', session: { username: 'alice', token, issuedAt, expiresAt: issuedAt + 86_400_000 } };
    }
    const nothing = { reason: null, personalPhrase: null, image: null };
    return { type: 'expecting', expectation: { step: Step, kind: 'code', interimToken: token, ...nothing } };
  });
  return authMachine.provide({ actors: { requestToken: service, verifyCode: service } });
}

const post = (baseUrl: string, headers: Readonly<Record<string, string>> = {}) =>
  ky
    .post(`${baseUrl}/token`, {
      headers: { 'Et-App-Key': 'key', Username: 'alice', Password: 'alice-demo', ...headers },
      retry: 0,
      throwHttpErrors: false,
    })
    .json<{ State: string; Step: string; Token: string }>();
