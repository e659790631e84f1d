export { n as changeCluster, t as parseClusterInputs } from "./fleet2.mjs";
import "./add-cluster.mjs";
