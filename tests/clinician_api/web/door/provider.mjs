// A directory for tests: one client, whoever names themself is let in. Prints `ready PORT` and runs until killed.
import Provider from "oidc-provider";
import { createServer } from "node:http";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: "hearthline",
        client_secret: "a-secret-of-tests",
        redirect_uris: ["http://127.0.0.1:8000/login/sso/back"],
      },
    ],
    pkce: { required: () => true },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  server.on("request", provider.callback());
  console.log(`ready ${port}`);
});
