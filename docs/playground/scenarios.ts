import { answers, demoUsers, type EmulatedUser, type EmulatorOptions, type ScriptedAnswer } from 'etna-auth/testing';

/** Something that a server may do. */
export interface Scenario {
  /** Its address within the page: `#sms-code`. */
  readonly name: string;
  readonly title: string;
  /** What the server does, and what to try. */
  readonly about: string;
  /** The demo user. */
  readonly user: EmulatedUser;
  /** The password that is filled in, if it is not the user's own. */
  readonly password?: string;
  /** How the server replies to the first calls of `/token`. Later ones get the usual reply. */
  readonly script?: readonly ScriptedAnswer[];
  readonly emulator?: EmulatorOptions;
  /** How long to wait for a reply, in milliseconds. */
  readonly timeout?: number;
  /** Whether there are two tabs. */
  readonly hasTabs?: boolean;
  /** Whether a program signs in, without a screen. */
  readonly isProgram?: boolean;
}

const [alice, bob, carol, dave, erin, frank] = demoUsers;
const interimToken = 'aW50ZXJpbSB0b2tlbg==';

const smsCode: Scenario = {
  name: 'sms-code',
  title: 'Code by SMS',
  about:
    'The password is not enough: the server sends a code by SMS. Fill in name and password, sign in, and read the code on the phone below.',
  user: alice,
};

/** All scenarios, by kind. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  'Ways in': [
    smsCode,
    {
      name: 'password-only',
      title: 'Password only',
      about: 'An account without a second factor. The same machine takes a shorter path.',
      user: bob,
    },
    {
      name: 'code-and-pin',
      title: 'Code, then PIN',
      about: 'The server requires two things: a code by e-mail, then a PIN. Each step brings a new interim token.',
      user: carol,
    },
    {
      name: 'pin-first',
      title: 'PIN, then code',
      about:
        'The other way round, with a phrase by which the user recognises the broker. The server decides the order.',
      user: dave,
    },
  ],
  Tabs: [
    {
      name: 'two-tabs',
      title: 'Two tabs',
      about:
        'Two tabs of one site. Sign in in one of them, and the other follows without a request. Sign in in both, and only one SMS is sent. Sign out in one, and both are signed out.',
      user: alice,
      hasTabs: true,
    },
    {
      name: 'late-message',
      title: 'A late message',
      about:
        'Hold the messages to tab B, as if it were asleep. Sign in and out in tab A, then deliver: tab B learns of the session only now, and does not use it, since it has ended.',
      user: bob,
      hasTabs: true,
    },
  ],
  Refusals: [
    {
      name: 'wrong-code',
      title: 'Wrong code',
      about:
        'A wrong code is not a dead end: fill in a wrong one twice, then the right one. A third wrong code ends the login.',
      user: alice,
    },
    {
      name: 'refused-code',
      title: 'One code only',
      about: 'This server gives no second chance: a wrong code ends the login, and trying again sends a new one.',
      user: alice,
      emulator: { wrongCode: 'refuse' },
    },
    {
      name: 'wrong-password',
      title: 'Wrong password',
      about: 'Trying again with the same password cannot help, so it is wiped, and there is no “Try again” button.',
      user: alice,
      password: 'not-the-password',
    },
    {
      name: 'expired-password',
      title: 'Expired password',
      about: 'The server sends a token for changing the password. Sign in, choose a new password, and continue.',
      user: erin,
    },
    {
      name: 'no-pin',
      title: 'PIN never set',
      about:
        'The broker requires a PIN, and the user never set one: choose one, with a phrase and a picture, and continue with it.',
      user: frank,
    },
    {
      name: 'throttled',
      title: 'Too many logins',
      about:
        'The server asks to wait for a minute. “Try again” stays disabled until then; let the minute pass to see it enabled.',
      user: alice,
      script: [answers.tooManyRequests(60)],
    },
  ],
  Trouble: [
    {
      name: 'slow',
      title: 'Slow server',
      about: 'A reply takes five seconds. Meanwhile the user can cancel, which aborts the request.',
      user: alice,
      script: [{ asUsual: true, delay: 5_000 }],
    },
    {
      name: 'silent',
      title: 'No answer',
      about: 'The server accepts the request and never replies. The timeout is 2 seconds here; the default is 10.',
      user: alice,
      script: [{ silent: true }],
      timeout: 2_000,
    },
    {
      name: 'offline',
      title: 'Offline',
      about:
        'The connection is lost. No request is repeated automatically, since that could cost a second SMS: it is up to the user to try again.',
      user: alice,
      script: [{ reset: true }],
    },
    {
      name: 'server-error',
      title: 'Error 500',
      about: 'The server fails once. “Try again” starts over with the same name and password.',
      user: alice,
      script: [answers.serverError],
    },
  ],
  Lies: [
    {
      name: 'captive-portal',
      title: 'Wi-Fi login page',
      about: 'A hotel’s login page replies instead of the server, with 200 OK and HTML. That is not a session.',
      user: alice,
      script: [answers.htmlPage('Welcome to our Wi-Fi')],
    },
    {
      name: 'redirect',
      title: 'Redirect',
      about: 'The server redirects to another site. A browser would forward the password, so the redirect is refused.',
      user: alice,
      script: [{ redirect: 'https://elsewhere.example/' }],
    },
    {
      name: 'lie',
      title: 'A token too early',
      about:
        'A reply with 200 OK and a token, but its State is “Expecting”. Many clients mistake that token for a session.',
      user: alice,
      script: [{ status: 200, body: { State: 'Expecting', Token: interimToken } }],
    },
    {
      name: 'unknown-step',
      title: 'Unknown question',
      about: 'The server requires an unknown step. A developer can configure the header that carries the response.',
      user: alice,
      script: [answers.expecting('DeviceCheck', 'Which device is this?', interimToken)],
    },
  ],
  Time: [
    {
      name: 'late-code',
      title: 'Code too late',
      about: 'A code is valid for five minutes. Sign in, let an hour pass, and then fill in the code.',
      user: alice,
    },
    {
      name: 'session-over',
      title: 'Session over',
      about: 'A session lasts 24 hours, and cannot be renewed. Sign in, and let a day pass.',
      user: bob,
    },
    {
      name: 'session-ended',
      title: 'Server ends it',
      about:
        'Sign in, end the session at the server, and call the API: the client verifies the 401, and the login is notified.',
      user: bob,
    },
    {
      name: 'kept-session',
      title: 'Kept session',
      about:
        'A program that keepSession keeps signed in. Call the API: the first call signs in. Let days go by, and see it renew its session in time, and try again after a failure.',
      user: bob,
      isProgram: true,
    },
  ],
};

/** The default scenario. */
export const firstScenario = smsCode;

/** The scenario of an address such as `#sms-code`, if there is one. */
export const scenarioAt = (hash: string): Scenario | undefined =>
  Object.values(scenarios)
    .flat()
    .find(({ name }) => `#${name}` === hash);
