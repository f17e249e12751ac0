/**
 * ETNA's replies, word for word. The emulator sends them, and tests script them.
 * Token, step and reason are parameters, so that tests can also create replies that no server has sent yet.
 */

/** An HTTP reply. A `body` that is text, bytes or a stream is sent unchanged, any other object as JSON. */
export interface Answer {
  /**
   * The HTTP status.
   *
   * @default 200
   */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array> | object;
}

/** The two known steps. The misspelling is ETNA's. */
export type Step = 'VerificationCode' | 'SecutityPin';

/** 200: signed in. */
export const succeeded = (token: string): Answer => ({ status: 200, body: { State: 'Succeeded', Token: token } });

/** 202: another step is required, with the interim token. `more` adds fields to the body. */
export const expecting = (step: string, reason: string, token: string, more: object = {}): Answer => ({
  status: 202,
  body: { State: 'Expecting', Step: step, Reason: reason, Token: token, ...more },
});

/** 401: the login ends here. `more` adds fields to the body. */
export const failed = (step: string, reason: string, more: object = {}): Answer => ({
  status: 401,
  body: { State: 'Failed', Step: step, Reason: reason, ...more },
});

/** 202: a one-time code is on its way. */
export const expectingCode = (token: string): Answer =>
  expecting('VerificationCode', 'Expecting confirmation code', token);

/** 202: the code was wrong; try again with the new interim token. */
export const expectingCodeAgain = (token: string): Answer =>
  expecting('VerificationCode', 'Invalid verification code', token);

/** 202: a PIN is required. ETNA sends the reason `Invalid pin` the first time, too. */
export const expectingPin = (token: string, personalPhrase?: string): Answer =>
  expecting('SecutityPin', 'Invalid pin', token, personalPhrase ? { PersonalPhrase: personalPhrase } : {});

/** 202 without a step: a PIN is required, and the user has none. */
export const pinNotSet = (confirmationToken: string): Answer => ({
  status: 202,
  body: { State: 'Expecting', Reason: 'PIN code is not init', ConfirmationToken: confirmationToken },
});

/** 401: user name or password is wrong. */
export const invalidCredentials = failed('BaseAuthentication', 'Invalid credentials');

/** 401: the code was wrong, and the ticket is invalid. */
export const invalidCode = failed('VerificationCode', 'Invalid verification code');

/** 401: the PIN was wrong, and the ticket is invalid. */
export const invalidPin = failed('SecutityPin', 'Invalid pin', { ConfirmationToken: '' });

/** 401: the interim token is missing, unknown, used, expired or another user's. */
export const corruptedTicket = failed('VerificationCode', 'Corrupted ticket');

/** 401 with a token for changing the password. */
export const passwordExpired = (confirmationToken: string): Answer =>
  failed('BaseAuthentication', 'Your Password has expired and must be changed', {
    ConfirmationToken: confirmationToken,
  });

/** 200: the new password or PIN was accepted. ETNA's sample of a success has `IsSucceed: false`; the absence of errors decides. */
export const accountSetUp: Answer = { body: { IsSucceed: false, Errors: [] } };

/** 409: the new password was rejected. */
export const passwordUsedBefore: Answer = { status: 409, body: ['The password was used before.'] };

/** Throttled: a 401 on most tenants, a 429 on some. `retryAfter` in seconds. */
export const tooManyRequests = (retryAfter: number, status: 401 | 429 = 401): Answer => ({
  ...failed('BaseAuthentication', 'Too many login requests. Please try again later.'),
  status,
  headers: { 'Retry-After': String(retryAfter) },
});

/** 401: the application key is missing or unknown. */
export const appKeyUnknown: Answer = {
  status: 401,
  body: { error: 'Application key is not defined or does not exist' },
};

/** 500, in ETNA's words. */
export const serverError: Answer = {
  status: 500,
  body: { message: 'An error occurred while processing your request', error: 'Unexpected server error' },
};

/** 401 of calls after the login: the token has expired, or the user may not make this call. ETNA does not say which. */
export const authorizationDenied: Answer = {
  status: 401,
  body: { Message: 'Authorization has been denied for this request.' },
};

/** 405 of a path that supports only `allowed`. */
export const methodNotAllowed = (method: string, allowed: string): Answer => ({
  status: 405,
  headers: { Allow: allowed },
  body: { Message: `The requested resource does not support http method '${method}'.` },
});

/** An HTML page instead of a reply: from a proxy, a captive portal, or a wrong base URL. */
export const htmlPage = (title: string, status = 200): Answer => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
});

/** 404, the page of the web server in front of ETNA. */
export const notFound = htmlPage('404 - File or directory not found.', 404);
