// A broker and a schema registry as containers, if Docker is available: for tests that share them.
import { GenericContainer, Wait } from 'testcontainers';
import { freePort } from '../../free-port.ts';
import { KAFKA_IMAGE, REGISTRY_IMAGE } from './images.ts';
import { brokerAnswers, propertiesOf } from './servers.ts';

const REGISTRY_PORT = 8080;
const CONTROLLER_PORT = 9093;
/** An image may have to be downloaded first. */
const STARTUP_MILLIS = 300_000;

export async function startBrokerContainer(): Promise<{ address: string; remove(): Promise<void> }> {
  // The broker advertises its address to clients, so its port is chosen before it starts.
  const port = await freePort();
  const properties = { ...propertiesOf('/tmp', port, CONTROLLER_PORT), listeners: listenersAt(port) };
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment(
      Object.fromEntries(Object.entries(properties).map(([name, value]) => [variableOf(name), String(value)])),
    )
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(STARTUP_MILLIS)
    .start();
  const address = `127.0.0.1:${port}`;
  await brokerAnswers(address);
  return { address, remove: async () => void (await container.stop()) };
}

export async function startRegistryContainer(): Promise<{ url: string; remove(): Promise<void> }> {
  const container = await new GenericContainer(REGISTRY_IMAGE)
    .withExposedPorts(REGISTRY_PORT)
    .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', REGISTRY_PORT))
    .withStartupTimeout(STARTUP_MILLIS)
    .start();
  const url = `http://${container.getHost()}:${container.getMappedPort(REGISTRY_PORT)}/apis/ccompat/v7/`;
  return { url, remove: async () => void (await container.stop()) };
}

/** Connections from outside the container do not reach its loopback address. */
function listenersAt(port: number): string {
  return `PLAINTEXT://0.0.0.0:${port},CONTROLLER://127.0.0.1:${CONTROLLER_PORT}`;
}

/** The environment variable of the image for a broker setting. */
function variableOf(property: string): string {
  return `KAFKA_${property.replaceAll('.', '_').toUpperCase()}`;
}
