import { type Auth, type AuthOptions, createAuth } from 'etna-auth';
import { createBrowserAuth } from 'etna-auth/browser';
import { createApiClient } from 'etna-auth/session';
import { createEmulator } from 'etna-auth/testing';
import { RequestLog } from '../../src/testing/request-log.ts';
import { Record } from './record.ts';
import type { Scenario } from './scenarios.ts';
import { takeOverTime } from './time.ts';

/** A login, what it signs in to, and what is seen of both. */
export interface Scene extends Disposable {
  readonly auth: Auth;
  readonly record: Record;
  /** Where the server is. */
  readonly origin: string;
  /** The server where it is emulated; `null` for one that is really there. */
  readonly server: EmulatedServer | null;
  /** Calls the API with the session, as an app does. What comes of it is seen in the record. */
  callApi(): void;
}

/** What readers can do to a server that is emulated. */
interface EmulatedServer {
  readonly scenario: Scenario;
  /** Ends the session where the server keeps it. The login finds out by its next call. */
  endSessions(): void;
  /** Lets time pass for the login, the server and the screen. */
  pass(span: Span): void;
}

/** Some time. */
export interface Span {
  readonly milliseconds: number;
  readonly words: string;
}

/** Where a broker's API lives, and the key that it knows the app by. */
export interface Broker {
  readonly baseUrl: string;
  readonly appKey: string;
}

const time = takeOverTime(Date);

/** How long the emulator takes for an answer, in milliseconds. */
export const network = { latency: 600 };

/** A new login with a new server, which does what the scenario says. */
export function openScenario(scenario: Scenario): Scene {
  const record = new Record();
  const emulator = createEmulator({ ...scenario.emulator, onMessage: (message) => record.receive(message) });
  const script = [...(scenario.script ?? [])];
  const broker = {
    baseUrl: 'https://etna.test',
    appKey: emulator.appKey,
    timeout: scenario.timeout,
    fetch: record.watch((input, init) => {
      if (addressOf(input).endsWith('/token')) {
        const answer = script.shift() ?? { asUsual: true };
        emulator.answerNext({ later: Promise.resolve(answer), delay: network.latency });
      }
      return emulator.fetch(input, init);
    }, emulator.requests),
  };
  time.reset();
  const auth = createAuth({ ...broker, clock: time.clock, inspect: record.inspect });
  return {
    ...sceneOf(auth, broker, record),
    server: {
      scenario,
      endSessions() {
        emulator.expireSessions();
        record.note('The server ends the session');
      },
      pass({ milliseconds, words }) {
        record.note(`${words} pass`);
        time.pass(milliseconds);
      },
    },
    [Symbol.dispose]: () => auth.actor.stop(),
  };
}

/** A new login with a server that is really there. It keeps its session in memory, and nothing else. */
export function openServer({ baseUrl, appKey }: Broker): Scene {
  const record = new Record();
  const log = new RequestLog(
    () => {},
    () => 'unknown',
  );
  const fetch = record.watch(async (input, init) => {
    const request = new Request(input, init);
    const close = log.open(request);
    const response = await globalThis.fetch(request).finally(() => close(null));
    close({ status: response.status });
    return response;
  }, log.entries);
  const broker = { baseUrl, appKey, fetch };
  time.reset();
  const auth = createBrowserAuth({ ...broker, storage: 'memory', inspect: record.inspect });
  return { ...sceneOf(auth, broker, record), server: null, [Symbol.dispose]: () => auth[Symbol.dispose]() };
}

function sceneOf(auth: Auth, broker: Broker & Pick<AuthOptions, 'fetch'>, record: Record) {
  const api = createApiClient(auth, broker);
  // What a call comes to is in the record, be it good or bad.
  const callApi = () => void api.get('v1.0/users/@me/info').catch(() => {});
  return { auth, record, callApi, origin: new URL(broker.baseUrl).origin };
}

const addressOf = (input: string | URL | Request) => (input instanceof Request ? input.url : String(input));
