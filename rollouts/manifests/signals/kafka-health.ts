import { type Argument, cluster, reference } from '../argument.ts'
import { exactly } from '../judge.ts'
import { select } from '../selector.ts'
import type { Signal } from '../signal.ts'

const kafka: Argument = { name: 'kafka', about: 'the name of the Kafka resource, which Strimzi labels its pods with' }

/** One series for each broker or controller, under the names that Strimzi's example of JMX rules gives them. */
const series = (name: string) =>
  select(`kafka_controller_kafkacontroller_${name}`, {
    cluster: reference(cluster),
    strimzi_io_cluster: reference(kafka),
  })

/** Exactly one of the controllers is active: none, and nothing heals; two, and they quarrel. */
export function activeControllers(): Signal {
  return {
    name: 'kafka-active-controllers',
    question: 'Is exactly one Kafka controller active?',
    noTraffic: 'judged without traffic too; inconclusive without the series',
    notes:
      'While another is elected, a scrape may see none or both: one bad measurement is let pass. A controller that is ' +
      'gone counts for 5 minutes where its series are not marked stale.',
    query: () => `sum(${series('activecontrollercount')})`,
    judgement: exactly(1),
    args: [cluster, kafka],
    failureLimit: 1,
  }
}

/** No partition is without a leader. With KRaft every controller tells the number, with ZooKeeper the active one alone. */
export function offlinePartitions(): Signal {
  return {
    name: 'kafka-offline-partitions',
    question: 'Does every Kafka partition have a leader?',
    noTraffic: 'judged without traffic too; inconclusive without the series',
    notes: 'The same partitions are told by several controllers: max, not sum.',
    query: () => `max(${series('offlinepartitionscount')})`,
    judgement: exactly(0),
    args: [cluster, kafka],
  }
}
