import { type AuthOptions, createAuth } from 'etna-auth';
import { createApiClient } from 'etna-auth/session';
import { createEmulator, logRequests } from 'etna-auth/testing';
import { alone, createPageAuth, type PageAuth } from '../examples/shared/page-auth.ts';
import { Recorder } from './recorder.ts';
import type { Scenario } from './scenarios.ts';
import { network, numberScene, type Span, time } from './surroundings.ts';
import { asTab, Mail } from './tabs.ts';

/** One login or two, their server, and a record of both. */
export interface Scene extends Disposable {
  /** Unique among all scenes. */
  readonly number: number;
  /** The login, or that of the first tab. */
  readonly auth: PageAuth;
  /** The logins, each with the name of its tab. A login alone has no name. */
  readonly tabs: readonly Tab[];
  /** The messages to the second tab, if there is one. */
  readonly mail: Mail | null;
  readonly recorder: Recorder;
  /** The origin of the server. */
  readonly origin: string;
  /** The emulated server; `null` for a real one. */
  readonly server: EmulatedServer | null;
  /** Calls the API with the session, as an app does. The result is recorded. */
  callApi(): void;
}

/** A login in a tab. */
interface Tab {
  readonly name: string;
  readonly auth: PageAuth;
}

/** Controls for an emulated server. */
interface EmulatedServer {
  readonly scenario: Scenario;
  /** Ends the session at the server. The login notices with its next call. */
  endSessions(): void;
  /** Lets time pass for the login, the server and the screen. */
  pass(span: Span): void;
}

/** The address of a broker's API, and the application key. */
export interface Broker {
  readonly baseUrl: string;
  readonly appKey: string;
}

/** A new login, with a new server that plays the scenario. */
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
 * A new login with a real server. Its session exists only in memory.
 *
 * @throws {AuthError} if the address or the key is not valid.
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
  // The result is recorded, whether it succeeds or not.
  const callApi = () => void api.get('v1.0/users/@me/info').catch(() => {});
  return { number: numberScene(), auth, tabs, mail, recorder, callApi, origin: new URL(broker.baseUrl).origin };
}

const addressOf = (input: string | URL | Request) => (input instanceof Request ? input.url : String(input));
