import { type AuthOptions, createAuth } from 'etna-auth';
import { createApiClient } from 'etna-auth/session';
import { createEmulator, logRequests } from 'etna-auth/testing';
import { alone, createPageAuth, type PageAuth } from '../examples/shared/page-auth.ts';
import { Recorder } from './recorder.ts';
import type { Scenario } from './scenarios.ts';
import { asTab, Mail } from './tabs.ts';
import { takeOverTime } from './time.ts';

/** A login or two, what they sign in to, and what is seen of both. */
export interface Scene extends Disposable {
  /** No other has the same. */
  readonly number: number;
  /** The login, or that of the first tab. */
  readonly auth: PageAuth;
  /** The logins, each with the name of its tab. A login alone has no name. */
  readonly tabs: readonly Tab[];
  /** The messages to the second tab, if there is one. */
  readonly mail: Mail | null;
  readonly recorder: Recorder;
  /** Where the server is. */
  readonly origin: string;
  /** The server where it is emulated; `null` for one that is really there. */
  readonly server: EmulatedServer | null;
  /** Calls the API with the session, as an app does. What comes of it is seen in the record. */
  callApi(): void;
}

/** A login in a tab. */
interface Tab {
  readonly name: string;
  readonly auth: PageAuth;
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
let scenes = 0;

/** How long the emulator takes for an answer, in milliseconds. */
export const network = { latency: 600 };

/** A new login with a new server, which does what the scenario says. */
export function openScenario(scenario: Scenario): Scene {
  const recorder = new Recorder();
  const emulator = createEmulator({ ...scenario.emulator, onMessage: (message) => recorder.receive(message) });
  const script = [...(scenario.script ?? [])];
  const broker = {
    baseUrl: 'https://etna.test/api',
    appKey: emulator.appKey,
    timeout: scenario.timeout,
    fetch: recorder.watch((input, init) => {
      if (addressOf(input).endsWith('/token')) {
        const answer = script.shift() ?? { asUsual: true };
        emulator.answerNext({ later: Promise.resolve(answer), delay: network.latency });
      }
      return emulator.fetch(input, init);
    }, emulator.requests),
  };
  const { mail, tabs, close } = time.reset(() => (scenario.hasTabs ? openTabs : openAlone)(broker, recorder));
  return {
    ...sceneOf(tabs, mail, broker, recorder),
    server: {
      scenario,
      endSessions() {
        emulator.expireSessions();
        recorder.note('The server ends the session');
      },
      pass({ milliseconds, words }) {
        recorder.note(`${words} later`);
        time.pass(milliseconds);
        // Tabs look at the clock when they are shown.
        dispatchEvent(new Event('focus'));
      },
    },
    [Symbol.dispose]: close,
  };
}

type BrokerOptions = Broker & Pick<AuthOptions, 'fetch' | 'timeout'>;

/** What is open, and how to close it. */
interface Opened {
  readonly tabs: readonly [Tab, ...Tab[]];
  readonly mail: Mail | null;
  close(): void;
}

function openAlone(broker: BrokerOptions, recorder: Recorder): Opened {
  const auth = alone(createAuth({ ...broker, clock: time.clock, inspect: recorder.inspectAs() }));
  return { tabs: [{ name: '', auth }], mail: null, close: () => auth.actor.stop() };
}

/** Two tabs of one site: what an app runs in each of them, side by side. */
function openTabs(broker: BrokerOptions, recorder: Recorder): Opened {
  const open = (name: string, mail: Mail) =>
    asTab(mail, () => {
      const inspect = recorder.inspectAs(name);
      return { name, auth: createPageAuth({ ...broker, storage: 'memory', readMessages: false, inspect }) };
    });
  const mail = new Mail();
  const [one, other] = [open('Tab A', new Mail()), open('Tab B', mail)];
  const close = () => {
    for (const { auth } of [one, other]) auth[Symbol.dispose]();
  };
  return { tabs: [one, other], mail, close };
}

/**
 * A new login with a server that is really there. It keeps its session in memory, and nothing else.
 *
 * @throws {AuthError} where address or key cannot be used.
 */
export function openServer({ baseUrl, appKey }: Broker): Scene {
  const recorder = new Recorder();
  const log = logRequests();
  const broker = { baseUrl, appKey, fetch: recorder.watch(log.fetch, log.requests) };
  return time.reset(() => {
    const auth = createPageAuth({ ...broker, storage: 'memory', inspect: recorder.inspectAs() });
    try {
      const scene = sceneOf([{ name: '', auth }], null, broker, recorder);
      return { ...scene, server: null, [Symbol.dispose]: () => auth[Symbol.dispose]() };
    } catch (error) {
      auth[Symbol.dispose]();
      throw error;
    }
  });
}

function sceneOf(tabs: Opened['tabs'], mail: Mail | null, broker: BrokerOptions, recorder: Recorder) {
  const [{ auth }] = tabs;
  const api = createApiClient(auth, broker);
  scenes += 1;
  // What a call comes to is in the record, be it good or bad.
  const callApi = () => void api.get('v1.0/users/@me/info').catch(() => {});
  return { number: scenes, auth, tabs, mail, recorder, callApi, origin: new URL(broker.baseUrl).origin };
}

const addressOf = (input: string | URL | Request) => (input instanceof Request ? input.url : String(input));
