/**
 * ETNA's answers, word for word. The emulator answers with these, and tests script them.
 * Token, step and reason are free, so that a test can also say what no server has said yet.
 */

/** An HTTP answer. A `body` that is text, bytes or a stream travels as it is, any other object as JSON. */
export interface Answer {
  /** 200 unless told. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array> | object;
}

/** The two questions that ETNA is known to ask. The misspelling is ETNA's. */
export type Step = 'VerificationCode' | 'SecutityPin';

/** 200: signed in. */
export const succeeded = (token: string): Answer => ({ status: 200, body: { State: 'Succeeded', Token: token } });

/** 202: one more question, to be answered with the interim token. `more` adds fields to the body. */
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

/** 202: that was not the code, try again with the new interim token. */
export const expectingCodeAgain = (token: string): Answer =>
  expecting('VerificationCode', 'Invalid verification code', token);

/** 202: the PIN, please. ETNA gives the reason `Invalid pin` the first time, too. */
export const expectingPin = (token: string, personalPhrase?: string): Answer =>
  expecting('SecutityPin', 'Invalid pin', token, personalPhrase ? { PersonalPhrase: personalPhrase } : {});

/** 202 without a step: a PIN is demanded and the user has none. */
export const pinNotSet = (confirmationToken: string): Answer => ({
  status: 202,
  body: { State: 'Expecting', Reason: 'PIN code is not init', ConfirmationToken: confirmationToken },
});

/** 401: user name or password is wrong. */
export const invalidCredentials = failed('BaseAuthentication', 'Invalid credentials');

/** 401: the code was wrong, and the ticket is dead. */
export const invalidCode = failed('VerificationCode', 'Invalid verification code');

/** 401: the PIN was wrong, and the ticket is dead. */
export const invalidPin = failed('SecutityPin', 'Invalid pin', { ConfirmationToken: '' });

/** 401: the interim token is missing, unknown, used, too old or somebody else's. */
export const corruptedTicket = failed('VerificationCode', 'Corrupted ticket');

/** 401 with a token that is good for changing the password and for nothing else. */
export const passwordExpired = (confirmationToken: string): Answer =>
  failed('BaseAuthentication', 'Your Password has expired and must be changed', {
    ConfirmationToken: confirmationToken,
  });

/** 200: the new password or PIN was taken. ETNA's page says `false` of a success; that there are no errors is what tells. */
export const accountSetUp: Answer = { body: { IsSucceed: false, Errors: [] } };

/** 409: the new password was refused. */
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

/** 500, as ETNA words it. */
export const serverError: Answer = {
  status: 500,
  body: { message: 'An error occurred while processing your request', error: 'Unexpected server error' },
};

/** 401 of every call after the login: the token is over, or the call is not for this user. ETNA does not say which. */
export const authorizationDenied: Answer = {
  status: 401,
  body: { Message: 'Authorization has been denied for this request.' },
};

/** 405 of a path that knows only `allowed`. */
export const methodNotAllowed = (method: string, allowed: string): Answer => ({
  status: 405,
  headers: { Allow: allowed },
  body: { Message: `The requested resource does not support http method '${method}'.` },
});

/** A page instead of a reply: a proxy, a captive portal, a wrong base URL. */
export const htmlPage = (title: string, status = 200): Answer => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
});

/** 404, the page of the web server in front of ETNA. */
export const notFound = htmlPage('404 - File or directory not found.', 404);
