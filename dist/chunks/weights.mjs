/**
* Turns shares of traffic (any unit, only their ratio counts) into whole weights of at most 256 for a weighted
* load balancer, so that each server's part of the traffic is as near its share as such weights allow: 5, 47.5 and
* 47.5 give 26, 247 and 247, exactly. Among equally good weights the largest are taken. A share of 0 gives 0; any other
* gives at least 1, so that a small canary is not forgotten. Throws a RangeError for a share that is negative or not
* finite.
*/
function weightsFor(shares) {
	const values = [...shares.values()];
	const bad = values.find((share) => !Number.isFinite(share) || share < 0);
	if (bad !== void 0) throw new RangeError(`not a share of traffic: ${bad}`);
	const largest = Math.max(0, ...values);
	let best = {
		weights: values.map(() => 0),
		error: Number.POSITIVE_INFINITY
	};
	for (let scale = 256; scale > 0 && largest > 0; scale--) {
		const weights = values.map((share) => share === 0 ? 0 : Math.max(1, Math.round(share / largest * scale)));
		const error = worstError(weights, values);
		if (error < best.error - tolerance) best = {
			weights,
			error
		};
	}
	return new Map([...shares.keys()].map((name, index) => [name, best.weights[index] ?? 0]));
}
/** Floating-point noise must not make one of two equally good choices win. */
const tolerance = 1e-12;
/** By how much, at worst, a server's part of the traffic differs from its part of the shares. */
function worstError(weights, shares) {
	const weightSum = sum(weights);
	const shareSum = sum(shares);
	return Math.max(...weights.map((weight, index) => Math.abs(weight / weightSum - (shares[index] ?? 0) / shareSum)));
}
function sum(values) {
	return values.reduce((total, value) => total + value, 0);
}
export { weightsFor as t };
