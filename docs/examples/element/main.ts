import '../shared/login.css';
import { createPageAuth } from '../shared/page-auth.ts';
import { LoginElement } from './login.ts';

// Defaults to the emulator of `npx etna-auth emulator --port 8080`, with the user alice and the password alice-demo.
const auth = createPageAuth({
  baseUrl: import.meta.env.VITE_ETNA_BASE_URL ?? 'http://127.0.0.1:8080/api',
  appKey: import.meta.env.VITE_ETNA_APP_KEY ?? 'NDU1NDRlNDEtNDE1NS01NDQ4LTQ0NDUtNGQ0ZjJkNGI0NTU5',
});

const login = new LoginElement();
login.auth = auth;
document.querySelector('main')?.append(login);
