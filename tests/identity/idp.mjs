// A real provider for the tests: `node idp.mjs PORT PORT REDIRECT_URI`. The first port's provider says
// everything in the ID token, the second's only at userinfo. POST /rotate gives a provider new keys.
// oidc-provider 8 is the newest that runs on Debian 12's Node 18; 9 asks for 22.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [first, second, redirect] = process.argv.slice(2);

const PEOPLE = {
  'ekonomi@kommun.example': { groups: ['Ekonomi', 'Chefer på plats'], realm_access: { roles: ['controller', 'läsare'] } },
  'controller@kommun.example': { email: 'Controller@Kommun.Example', groups: 'controller, läsare nämnd' },
  'obekraftad@kommun.example': { email_verified: false },
  'utan': { email: undefined, email_verified: undefined },
};

const account = (id) => ({
  accountId: id,
  claims: async () => ({ sub: id, email: id, email_verified: true, ...PEOPLE[id] }),
});

const client = (name, secret) => ({
  client_id: name,
  client_secret: secret,
  redirect_uris: [redirect],
  response_types: ['code'],
  grant_types: ['authorization_code'],
});

let made = 0;
const key = () => {
  made += 1;
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  return { ...jwk, kid: `nyckel-${made}`, use: 'sig', alg: 'RS256' };
};

const provider = (issuer, onlyUserinfo) =>
  new Provider(issuer, {
    clients: [client('ik', 'hem+lig%&:/ =~x'), client('annan', 'annan-hemlighet')],
    jwks: { keys: [key()] },
    pkce: { required: () => true },
    cookies: { keys: ['provning'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups', 'realm_access'] },
    conformIdTokenClaims: onlyUserinfo,
    findAccount: async (_, id) => account(id),
  }).callback();

for (const [port, onlyUserinfo] of [[first, false], [second, true]]) {
  const issuer = `http://127.0.0.1:${port}`;
  let handle = provider(issuer, onlyUserinfo);
  createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== '/rotate') return handle(request, response);
    handle = provider(issuer, onlyUserinfo);
    response.end();
  }).listen(Number(port), '127.0.0.1');
}
