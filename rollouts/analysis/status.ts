/** The status of an AnalysisRun in the CRD's own form: counters that are zero and texts that are empty are left out. */
export type AnalysisRunStatus = {
  phase: Phase
  message?: string
  metricResults: MetricResult[]
  startedAt?: string
  runSummary?: RunSummary
  dryRunSummary?: RunSummary
  completedAt?: string
}

export type Phase = 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Error' | 'Inconclusive'

export type CompletedPhase = Extract<Phase, 'Successful' | 'Failed' | 'Error' | 'Inconclusive'>

export type MetricResult = {
  name: string
  phase: Phase
  measurements?: Measurement[]
  message?: string
  count?: number
  successful?: number
  failed?: number
  inconclusive?: number
  error?: number
  consecutiveError?: number
  dryRun?: boolean
  metadata?: Record<string, string>
  consecutiveSuccess?: number
}

export type Measurement = {
  phase: Phase
  message?: string
  startedAt?: string
  finishedAt?: string
  value?: string
  metadata?: Record<string, string>
}

export type RunSummary = {
  count?: number
  successful?: number
  failed?: number
  inconclusive?: number
  error?: number
}

export function isCompleted(phase: Phase): phase is CompletedPhase {
  return phase !== 'Pending' && phase !== 'Running'
}

/** Writes a time, in milliseconds since the epoch, as Kubernetes writes it: whole seconds, UTC. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
