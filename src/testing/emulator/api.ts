import type { Answer } from './answers.ts';
import { appKeyUnknown, authorizationDenied } from './answers.ts';
import { bearerToken, headerText } from './header-text.ts';
import type { Sessions } from './sessions.ts';
import type { EmulatedAccount, EmulatedUser } from './user.ts';

/** The data of the calls after the login. */
export interface Api {
  readonly appKey: string;
  readonly users: readonly EmulatedUser[];
  readonly sessions: Sessions;
}

/** The reply to a call that needs a session. `answer` creates it once the user is known. */
export function answerApiRequest(
  api: Api,
  headers: Headers,
  answer: (user: EmulatedUser, token: string) => Answer,
): Answer {
  if (headerText(headers, 'Et-App-Key') !== api.appKey) return appKeyUnknown;
  const token = bearerToken(headers) ?? '';
  const user = api.sessions.userOf(token);
  return user ? answer(user, token) : authorizationDenied;
}

/** `GET /v1.0/users/{id}/info`: the user's own data, as `@me` or by number. Another user's data is denied, not "not found". */
export function userInfo(api: Api, user: EmulatedUser, id?: string): Answer {
  if (!isOwn(api, user, id)) return authorizationDenied;
  return {
    body: {
      UserId: userId(api, user),
      FirstName: user.firstName ?? '',
      LastName: user.lastName ?? '',
      Login: user.username,
      Email: user.email ?? '',
    },
  };
}

/** `GET /v1.0/users/{id}/accounts`, with the same rule. */
export function userAccounts(api: Api, user: EmulatedUser, id?: string): Answer {
  if (!isOwn(api, user, id)) return authorizationDenied;
  const first: EmulatedAccount = { id: userId(api, user) * 10, clearingAccount: `DEMO${userId(api, user)}` };
  return {
    body: (user.accounts ?? [first]).map(({ id, clearingAccount, marginType = 'Cash', enabled = true }) => ({
      Id: id,
      ClearingAccount: clearingAccount,
      MarginType: marginType,
      Enabled: enabled,
    })),
  };
}

function isOwn(api: Api, user: EmulatedUser, id?: string): boolean {
  return id === '@me' || id === String(userId(api, user));
}

/** Users without a number are numbered from 1001, in order. */
function userId(api: Api, user: EmulatedUser): number {
  return user.id ?? 1001 + api.users.indexOf(user);
}
