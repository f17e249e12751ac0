import { renderToString } from 'solid-js/web';
import type { PageAuth } from '../shared/page-auth.ts';
import { Login } from './login.tsx';

/** The screen as a server renders it. In the page, `hydrate` hydrates it. */
export const render = (auth: PageAuth) => renderToString(() => <Login auth={auth} />);
