import { AuthError, createAuth, type Session } from 'etna-auth';
import { explain } from 'etna-auth/messages';
import { createApiClient, createMemoryStore, keepSession, saveSession } from 'etna-auth/session';
import { answers, createEmulator, type ScriptedAnswer } from 'etna-auth/testing';
import { Recorder } from './recorder.ts';
import type { Scenario } from './scenarios.ts';
import { network, numberScene, type Span, time } from './surroundings.ts';

/** How the server replies to logins; `null` if it replies to nothing at all. */
export const moods = {
  'answers as usual': { asUsual: true },
  'is down': null,
  'allows no login for an hour': answers.tooManyRequests(3_600),
  'refuses the password': answers.invalidCredentials,
} as const satisfies Readonly<Record<string, ScriptedAnswer | null>>;

export type Mood = keyof typeof moods;

/** A program that stays signed in, its server, and a record of both. */
export interface ProgramScene extends Disposable {
  /** Unique among all scenes. */
  readonly number: number;
  readonly scenario: Scenario;
  readonly recorder: Recorder;
  /** Calls the API, as the program does. The result is recorded. */
  callApi(): void;
  /** Lets time go by while the program runs. */
  wait(span: Span): void;
  /** Lets time pass while the computer sleeps. */
  sleep(span: Span): void;
  setMood(mood: Mood): void;
  /** Ends all sessions at the server. The program notices with its next call. */
  endSessions(): void;
  /** Another program signs in to the account, and stores its session where this one looks for it. */
  signInElsewhere(): void;
}

/** A program with `keepSession`, and a server of its own. */
export function openProgram(scenario: Scenario): ProgramScene {
  const recorder = new Recorder();
  const emulator = createEmulator({ ...scenario.emulator });
  const { username, password } = scenario.user;
  const account = { baseUrl: 'https://etna.test/api', username };
  const store = createMemoryStore();
  let mood: Mood = 'answers as usual';

  const ask = recorder.watch(emulator.fetch, emulator.requests);
  const broker = {
    baseUrl: account.baseUrl,
    appKey: emulator.appKey,
    async fetch(input: string | URL | Request, init?: RequestInit) {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const answer = moods[mood];
      if (!answer) {
        recorder.note(`${pathname}: no answer`);
        throw new TypeError('The server is down');
      }
      if (pathname.endsWith('/token')) emulator.answerNext({ later: Promise.resolve(answer), delay: network.latency });
      return ask(input, init);
    },
  };

  async function signIn(): Promise<Session> {
    const { actor, login } = createAuth(broker);
    const step = await login({ username, password });
    actor.stop();
    if (step.state === 'authenticated') return step.session;
    throw step.state === 'failed' ? new AuthError(step.failure.code, step.failure) : new AuthError('cancelled');
  }
  const attempt = async (what: string, deed: () => Promise<unknown>) => {
    try {
      await deed();
    } catch (error) {
      recorder.note(`${what}: ${error instanceof AuthError ? explain(error.failure) : 'no answer'}`);
    }
  };

  const kept = time.reset(() =>
    keepSession({ ...account, store, login: signIn, clock: time.clock, inspect: recorder.inspectKeeper() }),
  );
  const api = kept.then((session) => createApiClient(session, broker));
  // One after another, however often somebody presses.
  let waits = Promise.resolve();

  return {
    number: numberScene(),
    scenario,
    recorder,
    callApi: () => void attempt('The call failed', async () => (await api)('v1.0/users/@me/info')),
    wait({ milliseconds, words }) {
      waits = waits.then(async () => {
        recorder.note(`The next ${words}`);
        await time.run(milliseconds, recorder.whenSettled);
      });
    },
    sleep({ milliseconds, words }) {
      recorder.note(`Asleep for ${words}`);
      time.pass(milliseconds);
    },
    setMood(next) {
      mood = next;
      recorder.note(`The server ${mood}`);
    },
    endSessions() {
      emulator.expireSessions();
      recorder.note('The server ends all sessions');
    },
    signInElsewhere() {
      recorder.note('Another program signs in');
      void attempt('The other program failed', async () => saveSession(store, account, await signIn()));
    },
    [Symbol.dispose]: () => void kept.then((session) => session.stop()),
  };
}
