/**
 * The login as the tables of the docs and ETNA's pages have it, written without a look at the chart: what it is compared with.
 */
export interface View {
  readonly state:
    | 'idle'
    | 'requestingToken'
    | 'awaitingTurn'
    | 'awaitingCode'
    | 'verifyingCode'
    | 'authenticated'
    | 'failed';
  /** While a challenge is open. */
  readonly step?: string;
  readonly attempt?: number;
  readonly problem?: string | null;
  /** In `failed`. */
  readonly code?: string;
  /** Whose session it is, in `authenticated`. */
  readonly user?: string;
  /** Whether the password that was given last can still be revealed. */
  readonly password: boolean;
}

/** All that anybody can do to a login: users, hosts, the server, other tabs, time and defects. */
export const moves = [
  'login',
  'code.submit',
  'code.resend',
  'cancel',
  'retry',
  'reset',
  'logout',
  'session.ended',
  'session.rejected',
  'session.check in time',
  'session.check too late',
  'time passes',
  'session.shared newer',
  'session.shared newer of another user',
  'session.shared over',
  'session.shared dead',
  'session.shared as old as the present one',
  'reply succeeded',
  'reply succeeded too late',
  'reply expecting VerificationCode',
  'reply expecting SecutityPin',
  'reply expecting SecurityPin',
  'reply expecting DeviceCheck',
  'reply expecting Questionnaire',
  'reply expecting BaseAuthentication',
  'reply restarting',
  'reply waiting',
  'turn granted',
  'turn throws',
  'reply failed invalid-credentials',
  'reply failed invalid-code',
  'reply failed ticket-expired',
  'reply failed password-expired',
  'reply failed pin-not-set',
  'reply failed unknown-app-key',
  'reply failed too-many-attempts',
  'reply failed unsupported-step',
  'reply failed refused',
  'reply failed malformed-reply',
  'reply failed server-error',
  'reply failed network',
  'reply failed timeout',
  'reply failed redirected',
  'reply failed interrupted',
  'reply failed insecure-url',
  'reply failed invalid-input',
  'reply thrown',
  'reply nonsense',
] as const;
export type Move = (typeof moves)[number];

const retryable = [
  'invalid-code',
  'ticket-expired',
  'too-many-attempts',
  'malformed-reply',
  'server-error',
  'network',
  'timeout',
  'redirected',
];
const idle: View = { state: 'idle', password: false };
const requesting: View = { state: 'requestingToken', password: true };
const waiting: View = { state: 'awaitingTurn', password: true };
const failed = (code: string): View => ({ state: 'failed', code, password: retryable.includes(code) });
const authenticated = (user: string): View => ({ state: 'authenticated', user, password: false });
const kindOf = (step = '') => (/Pin$/.test(step) ? 'pin' : step);
/** The password has expired where the first step is asked for again. */
const refusalOf = (step: string) => (step === 'BaseAuthentication' ? 'password-expired' : 'invalid-code');

/** Where a move leads; the same view where it has no meaning. */
export function follow(view: View, move: Move, maxAttempts: number): View {
  const { state, attempt = 0 } = view;
  const isOpen = state === 'awaitingCode' || state === 'verifyingCode';
  const isBusy = state === 'requestingToken' || state === 'verifyingCode';
  const ask = (step: string, count: number, problem: string | null): View => ({
    state: 'awaitingCode',
    step,
    attempt: count,
    problem,
    password: true,
  });

  const [verb, what, name = ''] = move.split(' ');
  if (move === 'login') return state === 'idle' || state === 'failed' ? requesting : view;
  if (move === 'code.submit') return state === 'awaitingCode' ? { ...view, state: 'verifyingCode' } : view;
  if (move === 'code.resend') return state === 'awaitingCode' ? requesting : view;
  if (move === 'cancel') {
    // The new password may be in effect already.
    if (state === 'verifyingCode' && view.step === 'BaseAuthentication') return failed('cancelled');
    return isOpen || isBusy || state === 'awaitingTurn' ? idle : view;
  }
  if (move === 'retry') return state === 'failed' && view.password ? requesting : view;
  if (move === 'reset') return state === 'failed' ? idle : view;
  if (move === 'logout' || move === 'session.ended') return state === 'authenticated' ? idle : view;
  if (move === 'session.rejected') return state === 'authenticated' ? failed('session-rejected') : view;
  if (move === 'session.check too late' || move === 'time passes') {
    return state === 'authenticated' ? failed('session-expired') : view;
  }
  if (move === 'session.shared newer') {
    return view.user === undefined || view.user === 'alice' ? authenticated('alice') : view;
  }
  if (move === 'session.shared newer of another user') {
    // Somebody's login under way, or session, is left alone.
    return view.password || view.user === 'alice' ? view : authenticated('bob');
  }
  if (verb === 'turn' && state === 'awaitingTurn') return what === 'granted' ? requesting : failed('unexpected');
  if (verb !== 'reply' || !isBusy) return view;
  // Nobody waits in the middle of a login, which has its turn.
  if (move === 'reply waiting') return state === 'requestingToken' ? waiting : failed('unexpected');
  if (move === 'reply restarting') return requesting;
  if (move === 'reply succeeded') return authenticated('alice');
  if (move === 'reply succeeded too late') return failed('session-expired');
  if (what === 'expecting') {
    const isSame = state === 'verifyingCode' && kindOf(name) === kindOf(view.step);
    if (!isSame) return ask(name, 1, null);
    return attempt < maxAttempts ? ask(name, attempt + 1, 'invalid-code') : failed(refusalOf(name));
  }
  if (what === 'failed') {
    const isUndecided = state === 'verifyingCode' && ['invalid-input', 'network', 'timeout'].includes(name);
    return isUndecided ? ask(view.step ?? '', attempt, name) : failed(name);
  }
  return failed('unexpected');
}
