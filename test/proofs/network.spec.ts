import { describe, expect, it } from 'vitest';
import { createActor, createMachine, fromPromise } from 'xstate';
import { authMachine } from '../../machines/auth.machine.ts';
import { AuthError } from '../../machines/failures.ts';
import { secret } from '../../machines/secret.ts';
import type { TokenReply, TokenRequest } from '../../machines/vocabulary.ts';
import { exploreReplays, type FoundByReplay, type Replayed } from './explore.ts';

// One login over a network in which a reply may come late, get lost after the server has acted, or arrive after the user has
// cancelled. The shipped chart runs; what its services meet is chosen, in every order.

interface Call {
  readonly isFirst: boolean;
  /** What the server did: it sent a code, or issued a token. `null` while it has not received the call. */
  effect: 'code' | 'token' | null;
  /** What became of the reply. */
  end: 'delivered' | 'lost' | null;
  readonly settle: (end: 'delivered' | 'lost') => void;
}

interface Moment {
  readonly state: string;
  /** What the user did that asks for a code: signing in, asking for another code, retrying. */
  readonly intents: number;
  readonly acts: number;
  readonly calls: number;
  readonly codes: number;
  /** Tokens that the server issued, and those whose reply was lost, or belonged to a call that was given up. */
  readonly tokens: number;
  readonly unknownTokens: number;
  readonly isSignedIn: boolean;
  /** The number of the call that the chart waits for; -1 for none. */
  readonly current: number;
}

const acts = {
  'sign in': () => ({ type: 'login', credentials: { username: 'alice', password: secret('password') } }) as const,
  submit: () => ({ type: 'code.submit', code: secret('123456') }) as const,
  'ask for another code': () => ({ type: 'code.resend' }) as const,
  cancel: () => ({ type: 'cancel' }) as const,
  retry: () => ({ type: 'retry' }) as const,
  'sign out': () => ({ type: 'logout' }) as const,
};
const intents = ['sign in', 'ask for another code', 'retry'];

async function replay(
  machine: typeof authMachine,
  mostActs: number,
  choices: readonly string[],
): Promise<Replayed<Moment>> {
  const calls: Call[] = [];
  const service = fromPromise<TokenReply, TokenRequest>(({ input }) => {
    const { promise, resolve, reject } = Promise.withResolvers<TokenReply>();
    const call: Call = {
      isFirst: input.challenge === null,
      effect: null,
      end: null,
      settle(end) {
        call.end = end;
        if (end === 'lost') reject(new AuthError('network'));
        else resolve(call.effect === 'token' ? succeeded(calls.indexOf(call)) : expecting());
      },
    };
    calls.push(call);
    // Nobody listens to a call that was given up.
    promise.catch(() => {});
    return promise;
  });
  const actor = createActor(machine.provide({ actors: { requestToken: service, verifyCode: service } })).start();
  let [intended, acted] = [0, 0];

  for (const choice of choices) {
    const act = acts[choice as keyof typeof acts];
    const [number, what] = choice.split(': ');
    const call = calls[Number(number)];
    if (act) {
      acted += 1;
      if (intents.includes(choice)) intended += 1;
      actor.send(act());
    } else if (call && (what === 'code' || what === 'token')) call.effect = what;
    else call?.settle(what === 'lost' ? 'lost' : 'delivered');
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  const snapshot = actor.getSnapshot();
  // A chart that makes calls by itself would never stop.
  const next =
    calls.length > mostActs
      ? []
      : [
          ...Object.entries(acts).flatMap(([name, act]) => (acted < mostActs && snapshot.can(act()) ? [name] : [])),
          ...calls.flatMap((call, number) => {
            if (call.end !== null) return [];
            const effects = call.isFirst ? ['code', 'token'] : ['token'];
            return [...(call.effect ? ['delivered'] : effects), 'lost'].map((what) => `${number}: ${what}`);
          }),
        ];
  const { challenge, session, failure } = snapshot.context;
  const tokens = calls.filter(({ effect }) => effect === 'token').length;
  const known = calls.filter(({ effect, end }) => effect === 'token' && end === 'delivered').length;
  const now: Moment = {
    state: JSON.stringify([snapshot.value, challenge?.attempt, challenge?.problem, failure?.code, session?.issuedAt]),
    intents: intended,
    acts: acted,
    calls: calls.length,
    codes: calls.filter(({ effect }) => effect === 'code').length,
    tokens,
    unknownTokens: tokens - known,
    isSignedIn: session !== null,
    current: snapshot.hasTag('busy') ? calls.length - 1 : -1,
  };
  actor.stop();
  const outstanding = calls.map(({ effect, end }) => [effect, end]);
  return { key: JSON.stringify([now, outstanding]), now, next };
}

const succeeded = (number: number): TokenReply => ({
  type: 'succeeded',
  session: { username: 'alice', token: secret('token'), issuedAt: number + 1, expiresAt: Date.now() + 3_600_000 },
});
const expecting = (): TokenReply => ({
  type: 'expecting',
  expectation: {
    step: 'VerificationCode',
    kind: 'code',
    reason: null,
    interimToken: secret('interim'),
    personalPhrase: null,
    image: null,
  },
});

type Found = FoundByReplay<Moment>;

/** What holds over such a network. Each claim lists the counterexamples. */
const claims: Record<string, (found: Map<string, Found>) => readonly (readonly string[])[]> = {
  'the server sends at most one code for each time that the user asks for one': (found) =>
    [...found.values()].filter(({ now }) => now.codes > now.intents).map(({ choices }) => choices),

  'each act of the user makes at most one call, and nothing else makes one': (found) =>
    [...found.values()].filter(({ now }) => now.calls > now.acts).map(({ choices }) => choices),

  'the end of a call that was given up changes nothing': (found) =>
    [...found.values()].flatMap(({ choices, now, next, to }) =>
      next.flatMap((choice, index) => {
        const after = found.get(to[index] ?? '')?.now;
        const [number] = choice.split(': ');
        const isGivenUp = choice.includes(': ') && Number(number) !== now.current;
        return isGivenUp && after?.state !== now.state ? [[...choices, choice]] : [];
      }),
    ),

  'a token is unknown only where its reply was lost, is under way, or belonged to a call that was given up': (found) =>
    [...found.values()]
      .filter(({ now }) => now.tokens > 0 && now.unknownTokens > now.calls)
      .map(({ choices }) => choices),
};

describe('a login over a network that delays and loses replies', async () => {
  const found = await exploreReplays((choices) => replay(authMachine, 4, choices));

  it('is a world that is worth exploring', () => {
    console.log(`network: ${found.size} moments`);
    const states = new Set([...found.values()].map(({ now }) => now.state));
    expect(found.size).toBeGreaterThan(500);
    expect(states.size).toBeGreaterThan(10);
    expect([...found.values()].some(({ now }) => now.isSignedIn)).toBe(true);
  });

  it.each(Object.entries(claims))('%s', (_, counterexamples) => {
    expect(counterexamples(found).slice(0, 3)).toEqual([]);
  });

  it('leaves a token at the server that nobody knows where a reply is lost: no client can end it, its time does', () => {
    const lost = [...found.values()].filter(
      ({ now, choices }) => now.unknownTokens > 0 && choices.at(-1)?.endsWith('lost'),
    );
    expect(lost.length).toBeGreaterThan(0);
  });
});

/** A chart that does again by itself what only the user may do again. */
function withoutAsking(): typeof authMachine {
  const { states = {} } = authMachine.config;
  const failed = { ...states.failed, always: { guard: 'canRetry', target: 'requestingToken' } };
  const config = { ...authMachine.config, states: { ...states, failed } };
  return createMachine(config as never).provide(authMachine.implementations as never) as never;
}

it('a chart that retries by itself is found out', async () => {
  const found = await exploreReplays((choices) => replay(withoutAsking(), 2, choices));
  const [first, second] = Object.values(claims);
  expect(first?.(found)).not.toEqual([]);
  expect(second?.(found)).not.toEqual([]);
});
