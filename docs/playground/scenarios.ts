import { answers, demoUsers, type EmulatedUser, type EmulatorOptions, type ScriptedAnswer } from 'etna-auth/testing';

/** Something that a server may do, to be seen. */
export interface Scenario {
  /** Its address within the page: `#sms-code`. */
  readonly name: string;
  readonly title: string;
  /** What the server does, and what there is to try. */
  readonly about: string;
  /** Who is at hand to sign in. */
  readonly user: EmulatedUser;
  /** What is filled in for the user's password, where that is another one. */
  readonly password?: string;
  /** What the server does with the first calls of `/token`; the later ones are answered as usual. */
  readonly script?: readonly ScriptedAnswer[];
  readonly emulator?: EmulatorOptions;
  /** How long an answer is waited for, in milliseconds. */
  readonly timeout?: number;
  /** Whether there are two tabs. */
  readonly hasTabs?: boolean;
}

const [alice, bob, carol, dave, erin, frank] = demoUsers;
const interimToken = 'aW50ZXJpbSB0b2tlbg==';

const smsCode: Scenario = {
  name: 'sms-code',
  title: 'Code by SMS',
  about:
    'The password alone is not enough: the server texts a code. Fill in the name and password, sign in, and look at the phone.',
  user: alice,
};

/** What is there to be seen, by kind. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  'Ways in': [
    smsCode,
    {
      name: 'password-only',
      title: 'Password only',
      about: 'An account without a second factor. The same machine takes a shorter way.',
      user: bob,
    },
    {
      name: 'code-and-pin',
      title: 'Code, then PIN',
      about: 'The server asks twice: for a code by e-mail, and then for a PIN. Each answer replaces the interim token.',
      user: carol,
    },
    {
      name: 'pin-first',
      title: 'PIN, then code',
      about:
        'The other way round, with a phrase by which the user recognises the broker. The order is the server’s to choose.',
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
        'A wrong code is no dead end: fill in a wrong one twice, then the right one. The third wrong one ends the login.',
      user: alice,
    },
    {
      name: 'refused-code',
      title: 'One code only',
      about: 'This server gives no second chance: a wrong code ends the login, and another try sends a new code.',
      user: alice,
      emulator: { wrongCode: 'refuse' },
    },
    {
      name: 'wrong-password',
      title: 'Wrong password',
      about: 'Trying again with the same password cannot help, so it is wiped and no “Try again” is offered.',
      user: alice,
      password: 'not-the-password',
    },
    {
      name: 'expired-password',
      title: 'Expired password',
      about:
        'The server sends a token along that is good for changing the password, and nothing else: sign in, choose another one, and go on.',
      user: erin,
    },
    {
      name: 'no-pin',
      title: 'PIN never set',
      about:
        'The broker demands a PIN that the user never chose: choose one, with a phrase and a picture, and go on with it.',
      user: frank,
    },
    {
      name: 'throttled',
      title: 'Too many logins',
      about: 'The server wants a minute’s rest. “Try again” waits for as long; let the minute pass to see it unlocked.',
      user: alice,
      script: [answers.tooManyRequests(60)],
    },
  ],
  Trouble: [
    {
      name: 'slow',
      title: 'Slow server',
      about: 'An answer takes five seconds. Meanwhile the user can cancel, which aborts the request.',
      user: alice,
      script: [{ asUsual: true, delay: 5_000 }],
    },
    {
      name: 'silent',
      title: 'No answer',
      about:
        'The server takes the request and says nothing. Here the login gives up after 2 seconds, otherwise after 10.',
      user: alice,
      script: [{ silent: true }],
      timeout: 2_000,
    },
    {
      name: 'offline',
      title: 'Offline',
      about:
        'The connection breaks. Nothing is sent again by itself, as that could cost a second SMS: “Try again” is the user’s.',
      user: alice,
      script: [{ reset: true }],
    },
    {
      name: 'server-error',
      title: 'Error 500',
      about: 'The server has a problem of its own, once. “Try again” starts over with the same name and password.',
      user: alice,
      script: [answers.serverError],
    },
  ],
  Lies: [
    {
      name: 'captive-portal',
      title: 'Wi-Fi login page',
      about: 'A hotel’s page answers in place of the server, with 200 OK and HTML. That is not a session.',
      user: alice,
      script: [answers.htmlPage('Welcome to our Wi-Fi')],
    },
    {
      name: 'redirect',
      title: 'Redirect',
      about: 'The server points elsewhere. A browser would carry the password along, so it is not followed.',
      user: alice,
      script: [{ redirect: 'https://elsewhere.example/' }],
    },
    {
      name: 'lie',
      title: 'A token too early',
      about:
        'An answer with 200 OK and a token, but its State says “Expecting”. Many clients take that token for a session.',
      user: alice,
      script: [{ status: 200, body: { State: 'Expecting', Token: interimToken } }],
    },
    {
      name: 'unknown-step',
      title: 'Unknown question',
      about: 'The server asks for a step that nobody has heard of. A developer can name the header that answers it.',
      user: alice,
      script: [answers.expecting('DeviceCheck', 'Which device is this?', interimToken)],
    },
  ],
  Time: [
    {
      name: 'late-code',
      title: 'Code too late',
      about: 'A code is good for five minutes. Sign in, let an hour pass, and then fill in the code.',
      user: alice,
    },
    {
      name: 'session-over',
      title: 'Session over',
      about: 'A session lasts 24 hours, and no call renews it. Sign in, and let a day pass.',
      user: bob,
    },
    {
      name: 'session-ended',
      title: 'Server ends it',
      about:
        'Sign in, end the session at the server, and call the API: the refusal is looked into, and the login told.',
      user: bob,
    },
  ],
};

/** What is shown unless told. */
export const firstScenario = smsCode;

/** The scenario of an address such as `#sms-code`, if there is one of that name. */
export const scenarioAt = (hash: string): Scenario | undefined =>
  Object.values(scenarios)
    .flat()
    .find(({ name }) => `#${name}` === hash);
