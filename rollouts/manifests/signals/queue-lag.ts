import { type Argument, cluster, reference } from '../argument.ts'
import { atMost } from '../judge.ts'
import { type Matchers, select } from '../selector.ts'
import type { Signal } from '../signal.ts'

const maxPending: Argument = {
  name: 'max-pending',
  value: '1000',
  about: 'messages that may wait all through a window',
}
const stream: Argument = { name: 'stream', about: 'the JetStream stream' }
const station: Argument = { name: 'station', about: 'the Memphis station' }
const consumer: Argument = { name: 'consumer', about: 'the durable consumer, which is a consumer group in Memphis' }
const consumerGroup: Argument = { name: 'consumer-group', about: 'the Kafka consumer group' }
const topic: Argument = { name: 'topic', about: 'the Kafka topic' }

const here = reference(cluster)

/** Messages that wait for a consumer of NATS JetStream, as prometheus-nats-exporter (`collector/jsz.go`) tells them. */
export function jetstreamLag(): Signal {
  return pending('jetstream', { stream_name: reference(stream) }, [stream, consumer])
}

/**
 * Messages that wait for a consumer group of a Memphis station. Memphis runs the same exporter with `-prefix memphis`;
 * the partitions of a station are streams of its name, `$` and a number (Memphis' `server/memphis_handlers_stations.go`).
 */
export function memphisLag(): Signal {
  return pending('memphis', { stream_name: { matches: `${reference(station)}([$][0-9]+)?` } }, [station, consumer])
}

function pending(prefix: 'jetstream' | 'memphis', matchers: Matchers, args: readonly Argument[]): Signal {
  const series = select(`${prefix}_consumer_num_pending`, {
    cluster: here,
    ...matchers,
    consumer_name: reference(consumer),
    is_consumer_leader: { not: 'false' },
  })
  return {
    name: `${prefix}-lag`,
    question: 'Do its consumers keep up with the queue?',
    noTraffic: 'an empty queue passes: it is kept up with; inconclusive without the series',
    notes:
      'A consumer has a series for each replica, of which the leader counts (older exporters do not tell which it is). ' +
      'The least of a window: a burst that is worked off in it is no lag. The exporter has a label cluster of its own, ' +
      "NATS' name: do not scrape it with honor_labels.",
    query: window => `sum(max by (account, stream_name, consumer_name) (min_over_time(${series}[${window}])))`,
    judgement: atMost(reference(maxPending)),
    args: [cluster, ...args, maxPending],
  }
}

/** Messages that wait for a Kafka consumer group, as kafka_exporter tells them, which Strimzi's Kafka resource deploys. */
export function kafkaLag(): Signal {
  const series = select('kafka_consumergroup_lag', {
    cluster: here,
    consumergroup: reference(consumerGroup),
    topic: reference(topic),
  })
  return {
    name: 'kafka-lag',
    question: 'Does its consumer group keep up with the topic?',
    noTraffic:
      'an empty topic passes: it is kept up with; inconclusive without the series, as when no offset was ever committed',
    notes:
      'A partition of which no offset was committed has lag -1, which is no lag but unknown. The least of a window: a ' +
      'burst that is worked off in it is no lag. Two exporters tell the same partition twice: max.',
    query: window => `sum(max by (topic, partition) (min_over_time(${series}[${window}]) >= 0))`,
    judgement: atMost(reference(maxPending)),
    args: [cluster, consumerGroup, topic, maxPending],
  }
}
