// ${{ values.name }} answers /healthz, and waits for you to write the rest.
import { createServer } from "node:http";

export const server = createServer((request, response) => {
  const found = request.url === "/healthz";
  response.writeHead(found ? 200 : 404);
  response.end(found ? "ok\n" : "not here\n");
});

if (process.argv[1] === import.meta.filename) server.listen(8080);
