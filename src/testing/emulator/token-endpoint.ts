import { type AccountSetup, grant } from './account-setup.ts';
import type { Answer, Step } from './answers.ts';
import * as answers from './answers.ts';
import { bearerToken, headerText } from './header-text.ts';
import type { Inboxes } from './inbox.ts';
import type { Sessions } from './sessions.ts';
import type { Throttle } from './throttle.ts';
import type { Ticket, Tickets } from './tickets.ts';
import type { EmulatedUser } from './user.ts';

/** The data of the token endpoint. */
export interface TokenEndpoint {
  readonly appKey: string;
  readonly users: readonly EmulatedUser[];
  readonly setup: AccountSetup;
  readonly wrongCode: 'ask-again' | 'refuse';
  /** Seconds. */
  readonly codeLifetime: number;
  readonly throttle: Throttle | null;
  readonly tickets: Tickets;
  readonly sessions: Sessions;
  readonly inboxes: Inboxes;
}

/** The reply to `POST /token`. */
export function answerTokenRequest(endpoint: TokenEndpoint, headers: Headers): Answer {
  if (headerText(headers, 'Et-App-Key') !== endpoint.appKey) return answers.appKeyUnknown;

  const username = headerText(headers, 'Username') ?? '';
  const ticketToken = bearerToken(headers);
  const isFirst = ticketToken === null && !headers.has('VerificationCode') && !headers.has('PinCode');

  const wait = isFirst ? (endpoint.throttle?.admit(username) ?? 0) : 0;
  if (wait > 0) return answers.tooManyRequests(wait);

  const password = headerText(headers, 'Password');
  const user = endpoint.users.find((each) => each.username === username && each.password === password);
  if (!user) return answers.invalidCredentials;
  if (user.passwordExpired) return answers.passwordExpired(grant(endpoint.setup, username, 'new-password'));

  if (isFirst) {
    endpoint.tickets.void(username);
    return ask(endpoint, user, stepsOf(user));
  }

  const ticket = endpoint.tickets.spend(ticketToken ?? '', username);
  if (!ticket) return answers.corruptedTicket;

  const [step, ...later] = ticket.steps;
  const given = headerText(headers, step === 'VerificationCode' ? 'VerificationCode' : 'PinCode');
  return given === ticket.expected ? ask(endpoint, user, later) : refuse(endpoint, user, ticket);
}

function stepsOf(user: EmulatedUser): Step[] {
  const steps: Step[] = [];
  if (user.twoFactor) steps.push('VerificationCode');
  if (user.pin !== undefined || user.pinNotSet) steps.push('SecutityPin');
  return user.order === 'pin-first' ? steps.reverse() : steps;
}

/** Requires the first of the steps, or signs in if none is left. */
function ask(endpoint: TokenEndpoint, user: EmulatedUser, steps: readonly Step[]): Answer {
  const [step, ...later] = steps;
  if (step === undefined) return answers.succeeded(endpoint.sessions.issue(user));

  const expiresAt = Date.now() + endpoint.codeLifetime * 1000;
  const waitFor = (expected: string) =>
    endpoint.tickets.issue({ username: user.username, steps: [step, ...later], expected, expiresAt });

  if (step === 'VerificationCode') return answers.expectingCode(waitFor(endpoint.inboxes.sendCode(user)));
  if (user.pin === undefined || user.pinNotSet)
    return answers.pinNotSet(grant(endpoint.setup, user.username, 'new-pin'));
  return answers.expectingPin(waitFor(user.pin), user.personalPhrase);
}

/** Requires the same step again, or ends the login. The ticket is used up either way. */
function refuse(endpoint: TokenEndpoint, user: EmulatedUser, ticket: Ticket): Answer {
  const isCode = ticket.steps[0] === 'VerificationCode';
  if (endpoint.wrongCode === 'refuse') return isCode ? answers.invalidCode : answers.invalidPin;

  const token = endpoint.tickets.issue(ticket);
  return isCode ? answers.expectingCodeAgain(token) : answers.expectingPin(token, user.personalPhrase);
}
