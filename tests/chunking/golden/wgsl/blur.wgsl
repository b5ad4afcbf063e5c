struct Settings {
    radius: f32,
    size: vec2<f32>,
}

@group(0) @binding(0) var<uniform> settings: Settings;

// How much a neighbour counts.
fn weight(distance: f32) -> f32 {
    let d = distance / settings.radius;
    return exp(-d * d);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let w = weight(1.0);
    store(id, w);
}
