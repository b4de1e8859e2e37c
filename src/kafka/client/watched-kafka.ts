// The client of a cluster that knows whether the cluster answers. When it answers again, connections that heard nothing
// since are closed: what was sent on them is lost, and the client would wait for their time-outs. So is a connection
// that alone is silent: in a short outage, or in one of the network alone, no question need have been lost.

import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Admin, type ISocketFactory, Kafka, type KafkaConfig } from 'kafkajs';
import { isAnswer } from './cluster-errors.ts';
import { ClusterPresence, type Connections, type Probe } from './cluster-presence.ts';
import { waitsForPrompt } from './connections.ts';

const KEEP_ALIVE_MILLIS = 60_000;
/** A question waits this long before it is asked again, and longer for each further broker that is tried. */
const BROKER_MILLIS = 1_000;
/** How late its answer may still come. */
const LATE_MILLIS = 4_000;
/**
 * A connection is stuck if so many questions were answered while it heard nothing. A broker that only needs long gets
 * twice as long after each that was cut, until none was for a while.
 */
const STUCK_QUESTIONS = 2;
const STUCK_QUESTIONS_MAX = 16;
const FORGET_QUESTIONS = 60;

export class WatchedKafka extends Kafka {
  readonly presence: ClusterPresence;

  /** `topic` is one that a question may name; it need not exist. */
  constructor(config: KafkaConfig & { readonly brokers: string[] }, topic: string) {
    const sockets = new Sockets();
    super({ ...config, socketFactory: sockets.factory });
    const millisMax = config.brokers.length * BROKER_MILLIS;
    this.presence = new ClusterPresence(new TopicProbe(config, topic), millisMax, sockets);
  }
}

class TopicProbe implements Probe {
  private readonly kafka: Kafka;
  private readonly topic: string;
  /** For the next question. */
  private admin: Admin | undefined;
  /** Those that wait for an answer. */
  private readonly asking = new Set<Admin>();

  constructor(config: KafkaConfig & { readonly brokers: string[] }, topic: string) {
    const { length } = config.brokers;
    this.kafka = new Kafka({
      ...config,
      connectionTimeout: length === 1 ? LATE_MILLIS : BROKER_MILLIS,
      requestTimeout: LATE_MILLIS,
      retry: { retries: length - 1, initialRetryTime: 10, maxRetryTime: 10 },
    });
    this.topic = topic;
  }

  async ask(): Promise<void> {
    const isNew = this.admin === undefined;
    this.admin ??= this.kafka.admin();
    const { admin } = this;
    this.asking.add(admin);
    try {
      if (isNew) await admin.connect();
      await admin.fetchTopicMetadata({ topics: [this.topic] });
    } catch (error) {
      if (!isAnswer(error)) throw error;
    } finally {
      this.asking.delete(admin);
      if (admin !== this.admin) end(admin);
    }
  }

  drop(): void {
    if (this.admin !== undefined && !this.asking.has(this.admin)) end(this.admin);
    this.admin = undefined;
  }

  close(): void {
    for (const admin of this.asking) end(admin);
    this.drop();
  }
}

function end(admin: Admin): void {
  admin.disconnect().catch(() => {});
}

/** The open connections of a client, when each heard something last, and how many questions were answered since. */
class Sockets implements Connections {
  private readonly heard = new Map<Socket, number>();
  private readonly silent = new WeakMap<Socket, number>();
  private stuckQuestions = STUCK_QUESTIONS;
  private sinceCut = 0;

  readonly factory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    const named = isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl
      ? connectTls({ host, port, ...named, ...ssl }, onConnect)
      : connectTcp({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MILLIS);
    this.heard.set(socket, Number.NEGATIVE_INFINITY);
    socket.on('data', () => this.hear(socket));
    socket.on('close', () => this.heard.delete(socket));
    return socket;
  };

  cutSilent(since: number): void {
    for (const [socket, heard] of this.heard) {
      if (heard < since) socket.destroy(new Error('the cluster was away'));
    }
  }

  cutStuck(): void {
    if (++this.sinceCut === FORGET_QUESTIONS) this.stuckQuestions = STUCK_QUESTIONS;
    const most = this.stuckQuestions;
    for (const socket of this.heard.keys()) {
      const silent = waitsForPrompt(socket) ? (this.silent.get(socket) ?? 0) + 1 : 0;
      this.silent.set(socket, silent);
      if (silent < most) continue;
      socket.destroy(new Error('no answer on this connection'));
      this.stuckQuestions = Math.min(most * 2, STUCK_QUESTIONS_MAX);
      this.sinceCut = 0;
    }
  }

  private hear(socket: Socket): void {
    this.heard.set(socket, performance.now());
    this.silent.set(socket, 0);
  }
}
