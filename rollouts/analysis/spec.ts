import { z } from 'zod'

/**
 * The parts of an AnalysisRun's spec that are read, with the types of the CRD
 * (`pkg/apis/rollouts/v1alpha1/analysis_types.go`). Unknown keys are dropped, as the API server drops them.
 */
const intOrString = z.union([z.int32(), z.string()], { error: 'must be a whole number, or a string' })

const rangeQuery = z.object({
  start: z.string().optional(),
  end: z.string().optional(),
  step: z.string().optional(),
})

const authentication = z.object({
  sigv4: z
    .object({ region: z.string().optional(), profile: z.string().optional(), roleArn: z.string().optional() })
    .optional(),
  oauth2: z
    .object({
      tokenUrl: z.string().optional(),
      clientId: z.string().optional(),
      clientSecret: z.string().optional(),
      scopes: z.array(z.string()).optional(),
    })
    .optional(),
})

const prometheus = z.object({
  address: z.string().optional(),
  query: z.string().optional(),
  authentication: authentication.optional(),
  timeout: z.int().optional(),
  insecure: z.boolean().optional(),
  headers: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
  rangeQuery: rangeQuery.optional(),
})

/** Providers other than Prometheus are kept, so that a metric with two is told so as the controller tells it. */
const provider = z.looseObject({ prometheus: prometheus.optional() })

export const metricSchema = z.object({
  name: z.string(),
  interval: z.string().optional(),
  initialDelay: z.string().optional(),
  count: intOrString.optional(),
  successCondition: z.string().optional(),
  failureCondition: z.string().optional(),
  failureLimit: intOrString.optional(),
  inconclusiveLimit: intOrString.optional(),
  consecutiveErrorLimit: intOrString.optional(),
  provider,
  consecutiveSuccessLimit: intOrString.optional(),
})

const argument = z.object({
  name: z.string(),
  value: z.string({ error: 'must be a string; quote a number' }).optional(),
  valueFrom: z
    .object({
      secretKeyRef: z.object({ name: z.string(), key: z.string() }).optional(),
      fieldRef: z.object({ fieldPath: z.string() }).optional(),
    })
    .optional(),
})

const dryRun = z.object({ metricName: z.string() })

const measurementRetention = z.object({ metricName: z.string(), limit: z.int32() })

export const analysisRunSpecSchema = z.object({
  metrics: z.array(metricSchema),
  args: z.array(argument).optional(),
  terminate: z.boolean().optional(),
  dryRun: z.array(dryRun).optional(),
  measurementRetention: z.array(measurementRetention).optional(),
  ttlStrategy: z.looseObject({}).optional(),
})

export const analysisTemplateSpecSchema = z.object({
  metrics: z.array(metricSchema).optional(),
  args: z.array(argument).optional(),
  dryRun: z.array(dryRun).optional(),
  measurementRetention: z.array(measurementRetention).optional(),
  templates: z.array(z.object({ templateName: z.string(), clusterScope: z.boolean().optional() })).optional(),
})

export type IntOrString = z.infer<typeof intOrString>
export type PrometheusMetric = z.infer<typeof prometheus>
export type Metric = z.infer<typeof metricSchema>
export type Argument = z.infer<typeof argument>
export type DryRun = z.infer<typeof dryRun>
export type MeasurementRetention = z.infer<typeof measurementRetention>
export type AnalysisRunSpec = z.infer<typeof analysisRunSpecSchema>
export type AnalysisTemplateSpec = z.infer<typeof analysisTemplateSpecSchema>
