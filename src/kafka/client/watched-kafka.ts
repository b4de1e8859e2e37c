// The client of a cluster that knows whether the cluster answers. When it answers again, connections that heard nothing
// since are closed: what was sent on them is lost, and the client would wait for their time-outs.

import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Admin, type ISocketFactory, Kafka, type KafkaConfig } from 'kafkajs';
import { isAnswer } from './cluster-errors.ts';
import { ClusterPresence, type Probe } from './cluster-presence.ts';

const KEEP_ALIVE_MILLIS = 60_000;
/** A question waits this long for its answer, and longer for each further broker that is tried. */
const ANSWER_MILLIS = 3_000;
const BROKER_MILLIS = 1_000;

export class WatchedKafka extends Kafka {
  readonly presence: ClusterPresence;

  /** `topic` is one that a question may name; it need not exist. */
  constructor(config: KafkaConfig & { readonly brokers: string[] }, topic: string) {
    const sockets = new Sockets();
    super({ ...config, socketFactory: sockets.factory });
    const millisMax = ANSWER_MILLIS + (config.brokers.length - 1) * BROKER_MILLIS;
    this.presence = new ClusterPresence(new TopicProbe(config, topic), millisMax, (since) => sockets.cutSilent(since));
  }
}

class TopicProbe implements Probe {
  private readonly kafka: Kafka;
  private readonly topic: string;
  private admin: Admin | undefined;

  constructor(config: KafkaConfig & { readonly brokers: string[] }, topic: string) {
    const { length } = config.brokers;
    this.kafka = new Kafka({
      ...config,
      connectionTimeout: length === 1 ? ANSWER_MILLIS + BROKER_MILLIS : BROKER_MILLIS,
      requestTimeout: ANSWER_MILLIS + BROKER_MILLIS,
      retry: { retries: length - 1, initialRetryTime: 10, maxRetryTime: 10 },
    });
    this.topic = topic;
  }

  async ask(): Promise<void> {
    try {
      if (this.admin === undefined) {
        this.admin = this.kafka.admin();
        await this.admin.connect();
      }
      await this.admin.fetchTopicMetadata({ topics: [this.topic] });
    } catch (error) {
      if (!isAnswer(error)) throw error;
    }
  }

  drop(): void {
    this.admin?.disconnect().catch(() => {});
    this.admin = undefined;
  }
}

/** The open connections of a client, and when each heard something last. */
class Sockets {
  private readonly heard = new Map<Socket, number>();

  readonly factory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    const named = isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl
      ? connectTls({ host, port, ...named, ...ssl }, onConnect)
      : connectTcp({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MILLIS);
    this.heard.set(socket, Number.NEGATIVE_INFINITY);
    socket.on('data', () => this.heard.set(socket, performance.now()));
    socket.on('close', () => this.heard.delete(socket));
    return socket;
  };

  cutSilent(since: number): void {
    for (const [socket, heard] of this.heard) {
      if (heard < since) socket.destroy(new Error('the cluster was away'));
    }
  }
}
