import * as v from 'valibot';
import type { Answer } from './answers.ts';
import * as answers from './answers.ts';
import { bearerToken, headerText } from './header-text.ts';
import { createToken } from './random.ts';
import type { EmulatedUser } from './user.ts';

/** What has to be set before the user can sign in. */
export type Lack = 'new-password' | 'new-pin';

/** The data of the calls that set a password or a PIN. */
export interface AccountSetup {
  readonly appKey: string;
  /** Changed in place when a password or a PIN is set. */
  readonly users: EmulatedUser[];
  /** The issued tokens, each valid for one user and one success. */
  readonly grants: Map<string, { readonly username: string; readonly lack: Lack }>;
}

/** Issues a token with which a user can set a password or a PIN. */
export function grant({ grants }: AccountSetup, username: string, lack: Lack): string {
  const token = createToken();
  grants.set(token, { username, lack });
  return token;
}

/** `GET /v1.0/assets/security-images`, for users who have to set a PIN. */
export function answerImages({ appKey, grants }: AccountSetup, headers: Headers): Answer {
  if (headerText(headers, 'Et-App-Key') !== appKey) return answers.appKeyUnknown;
  return grants.has(bearerToken(headers) ?? '') ? { body: { Model: securityImages } } : answers.authorizationDenied;
}

const passwordReset = v.object({ Token: v.string(), Password: v.string(), PasswordConfirmation: v.string() });

/** `PUT /v1.0/users/passwords/reset/`: at least 8 characters, and not the old password. */
export function answerPasswordReset(setup: AccountSetup, headers: Headers, body: unknown): Answer {
  const { success, output } = v.safeParse(passwordReset, body);
  const user = findUser(setup, headers, success ? output.Token : '', 'new-password');
  if (!success || !user) return answers.corruptedTicket;
  const { Token, Password, PasswordConfirmation } = output;
  if (Password !== PasswordConfirmation) return invalid('PasswordConfirmation', 'The passwords do not match.');
  if (Password.length < 8) return invalid('Password', 'The password must have at least 8 characters.');
  if (Password === user.password) return answers.passwordUsedBefore;
  return done(setup, Token, user, { password: Password, passwordExpired: false });
}

const pinChange = v.object({
  Token: v.string(),
  Pin: v.string(),
  ImageName: v.optional(v.string()),
  PersonalPhrase: v.optional(v.string()),
});

/** `POST` or `PUT /v1.0/users/pincode/change`: four digits, and an existing picture. */
export function answerPinChange(setup: AccountSetup, headers: Headers, body: unknown): Answer {
  const { success, output } = v.safeParse(pinChange, body);
  const user = findUser(setup, headers, success ? output.Token : '', 'new-pin');
  if (!success || !user) return answers.corruptedTicket;
  const { Token, Pin, ImageName, PersonalPhrase } = output;
  if (!/^\d{4}$/.test(Pin)) return refused('The PIN must have four digits.');
  if (ImageName !== undefined && !securityImages.some(({ FileName }) => FileName === ImageName)) {
    return refused('There is no such picture.');
  }
  return done(setup, Token, user, {
    pin: Pin,
    pinNotSet: false,
    ...(PersonalPhrase && { personalPhrase: PersonalPhrase }),
  });
}

function findUser({ appKey, users, grants }: AccountSetup, headers: Headers, token: string, lack: Lack) {
  if (headerText(headers, 'Et-App-Key') !== appKey) return null;
  const granted = grants.get(token);
  return (granted?.lack === lack && users.find(({ username }) => username === granted.username)) || null;
}

function done(
  { users, grants }: AccountSetup,
  token: string,
  user: EmulatedUser,
  change: Partial<EmulatedUser>,
): Answer {
  users.splice(users.indexOf(user), 1, { ...user, ...change });
  grants.delete(token);
  return answers.accountSetUp;
}

const refused = (error: string): Answer => ({ body: { IsSucceed: false, Errors: [error] } });

const invalid = (field: string, error: string): Answer => ({
  status: 422,
  body: { Message: 'The request is invalid.', ModelState: { [field]: [error] } },
});

const securityImages = [
  {
    FileName: 'circle.png',
    Content:
      'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAAYElEQVR42u3XwQ0AIAgDQDdxRAd3CJ3ACARsY9rEd+9naU1xpI+5LA9WnA6JFqdAsspDiOxyF6Kq3IyAAqrLrwgo4FX5ESGAAAIIAAfoL9AeoJlkFKOUYpZTHCY0p9nX2RBfQBsCWaLcAAAAAElFTkSuQmCC',
  },
  {
    FileName: 'house.png',
    Content:
      'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAAXUlEQVR42u3OwQ0AIAgEQSuxEOu3L41fEyMIyGcvufdOKYwZ1msb66nxFMQe/4o4xb8gbvFQhDQegtDGXRGvcReENW5CeMWfEN5xFSIqLkJEx68IAAAAAAAAgGVsAlmDEFeylgI6AAAAAElFTkSuQmCC',
  },
  {
    FileName: 'diamond.png',
    Content:
      'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAAgUlEQVR42u2XSwrAIAwFPUvP5K16aItbwfrJbxADrmdATV5SuiWo582lnlB4iEQLd5XowV0kRnBTiVm4icQqXFViF64iIYWLJLTgWxLa8CUJK/iUhDX8V8IL3pUIFwi/AsQjRHxDRCNCtGLEMEKMY0QgQUQyRChFxHLEYoJYzY6pDyosSC4idyxAAAAAAElFTkSuQmCC',
  },
];
