import type { Context } from 'hono';
import { cors } from 'hono/cors';
import { Hono } from 'hono/tiny';
import { type AccountSetup, answerImages, answerPasswordReset, answerPinChange } from './account-setup.ts';
import { type Answer, methodNotAllowed, notFound } from './answers.ts';
import { type Api, answerApiRequest, userAccounts, userInfo } from './api.ts';
import type { RequestLog } from './request-log.ts';
import { play, type ScriptedAnswer } from './scripted-answer.ts';
import { answerTokenRequest, type TokenEndpoint } from './token-endpoint.ts';

export interface Routes {
  /** Without a trailing slash. */
  readonly basePath: string;
  readonly log: RequestLog;
  readonly script: ScriptedAnswer[];
  readonly api: Api;
  readonly endpoint: TokenEndpoint;
}

/** What comes with a request. */
interface Environment {
  /** Aborts when the client gives up. */
  Bindings: { readonly signal: AbortSignal };
}

/** Any page may call, with any header. Two hours is the longest time that browsers cache a preflight. */
const crossOrigin = cors({
  origin: '*',
  allowMethods: ['GET', 'POST', 'PUT'],
  exposeHeaders: ['Retry-After'],
  maxAge: 7200,
});

/** The routes. Preflights are not logged. */
export function createRoutes({ basePath, log, script, api, endpoint }: Routes): Hono<Environment> {
  const app = new Hono<Environment>();

  const logged =
    (answer: (context: Context<Environment>) => Answer | Promise<Answer>) => async (context: Context<Environment>) => {
      const close = log.open(context.req.raw);
      let given: Answer | null = null;
      try {
        given = await answer(context);
        return toResponse(given);
      } finally {
        close(given);
      }
    };

  app.use(crossOrigin);
  app.post(
    `${basePath}/token`,
    logged(({ req, env }) =>
      play(script.shift() ?? { asUsual: true }, env.signal, () => answerTokenRequest(endpoint, req.raw.headers)),
    ),
  );
  app.all(
    `${basePath}/token`,
    logged(({ req }) => methodNotAllowed(req.method, 'POST')),
  );
  app.get(
    `${basePath}/v1.0/users/:id/info`,
    logged(({ req }) => answerApiRequest(api, req.raw.headers, (user) => userInfo(api, user, req.param('id')))),
  );
  app.get(
    `${basePath}/v1.0/users/:id/accounts`,
    logged(({ req }) => answerApiRequest(api, req.raw.headers, (user) => userAccounts(api, user, req.param('id')))),
  );
  app.get(
    `${basePath}/v1.0/assets/security-images`,
    logged(({ req }) => answerImages(endpoint.setup, req.raw.headers)),
  );
  const scripted = (answer: (setup: AccountSetup, headers: Headers, body: unknown) => Answer) =>
    logged(async ({ req, env }) => {
      const body: unknown = await req.json().catch(() => null);
      const usual = () => answer(endpoint.setup, req.raw.headers, body);
      return play(script.shift() ?? { asUsual: true }, env.signal, usual);
    });
  for (const path of ['reset', 'reset/'])
    app.put(`${basePath}/v1.0/users/passwords/${path}`, scripted(answerPasswordReset));
  app.on(['POST', 'PUT'], `${basePath}/v1.0/users/pincode/change`, scripted(answerPinChange));
  app.post(
    `${basePath}/logout`,
    logged(({ req }) =>
      answerApiRequest(api, req.raw.headers, (_, token) => {
        api.sessions.revoke(token);
        return { body: {} };
      }),
    ),
  );
  app.notFound(logged(() => notFound));
  // A broken connection must be one for the client too; Hono would reply with a 500.
  app.onError((error) => {
    throw error;
  });
  return app;
}

/** The HTTP response of a reply. */
function toResponse({ status = 200, headers = {}, body }: Answer): Response {
  const init = { status, headers };
  if (body === undefined) return new Response(null, init);
  if (typeof body === 'string' || body instanceof ReadableStream) return new Response(body, init);
  if (body instanceof Uint8Array) return new Response(new Uint8Array(body), init);
  return Response.json(body, init);
}
