export { buildOracle } from './build.ts'
export {
  type Case,
  type ConditionCase,
  type NamedTemplate,
  type OracleVerdict,
  type Outcome,
  outcomeSchema,
  type Reply,
  type Request,
  type Spec,
  verdictSchema,
} from './case.ts'
export { type Oracle, startOracle } from './oracle.ts'
