import { startBroker, startRegistry } from '/work/main/test/kafka/harness/servers.ts';
console.time('b'); const [b, r] = await Promise.all([startBroker(), startRegistry()]); console.timeEnd('b');
console.log(b.address, r.url, process.pid);
process.on('SIGTERM', async () => { await b.remove(); await r.remove(); process.exit(0); });
setInterval(()=>{}, 1000);
