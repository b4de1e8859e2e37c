// A caller with a valid key that asks again as soon as it is answered, on many connections, until SIGTERM; it then
// prints how many answers it got by status. A process of its own, whose cost is not taken for the service's.
import { Agent } from 'undici';

const CONNECTIONS = 64;
const [url, key] = process.argv.slice(2) as [string, string];
const counts: Record<number, number> = {};
const agent = new Agent({ connections: CONNECTIONS });

async function ask(): Promise<void> {
  for (;;) {
    const headers = { authorization: `Bearer ${key}` };
    const answer = await agent.request({ origin: url, path: '/v1/transactions', method: 'GET', headers });
    await answer.body.dump();
    counts[answer.statusCode] = (counts[answer.statusCode] ?? 0) + 1;
  }
}

process.once('SIGTERM', () => {
  process.stdout.write(JSON.stringify(counts));
  process.exit();
});
for (let nth = 0; nth < CONNECTIONS; nth++) void ask();
