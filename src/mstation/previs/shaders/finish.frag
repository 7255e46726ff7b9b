// Samples in, the finished picture out: edges smoothed, outlines inked by faces and parts.
// The rules of what is inked are those of edges.py; where an edge lies is told by the samples.

layout(binding = 0) uniform sampler2DMS colours;
layout(binding = 1) uniform isampler2DMS shown;  // face, surface
layout(binding = 2) uniform sampler2DMS depths;
layout(location = 0) out vec4 finished;

const int SAMPLES = 4;
const ivec2 WAYS[4] = ivec2[](ivec2(1, 0), ivec2(-1, 0), ivec2(0, 1), ivec2(0, -1));

struct Spot {
    ivec2 what;  // the face and the surface that most of a pixel's samples show
    float near;
};

int count_of(ivec2 pixel, int surface) {
    int count = 0;
    for (int s = 0; s < SAMPLES; s++) count += int(texelFetch(shown, pixel, s).y == surface);
    return count;
}

Spot spot_at(ivec2 pixel) {
    Spot best;
    int most = 0;
    for (int s = 0; s < SAMPLES; s++) {
        ivec2 what = texelFetch(shown, pixel, s).xy;
        int count = count_of(pixel, what.y);
        if (count > most) {
            most = count;
            best.what = what;
            best.near = texelFetch(depths, pixel, s).r / NEAR_M;
        }
    }
    return best;
}

float nearness(int face, ivec2 pixel) {
    vec4 plane = planes[face];
    float ahead = plane.w - dot(plane.xyz, eye.xyz);
    return dot(plane.xyz, ray_at(vec2(pixel) + 0.5)) / (abs(ahead) > 1e-9 ? ahead : 1e-9);
}

// How strongly the edge between two neighbours is inked, −1 where there is none.
float ink_between(Spot here, Spot there, ivec2 pixel) {
    if (here.what.x < 0 || there.what.x < 0) return here.what.x == there.what.x ? -1.0 : 1.0;
    float step_ = abs(here.near - there.near) / max(here.near, there.near);
    if (here.what.y == there.what.y) return (here.what.y & 1) == 1 && step_ > FOLD ? 1.0 : -1.0;
    if (faces[here.what.x].what.y == faces[there.what.x].what.y) return step_ > FOLD ? 1.0 : -1.0;
    float bend = (0.97 - dot(planes[here.what.x].xyz, planes[there.what.x].xyz)) * 4.0;
    if (bend >= 1.0 || step_ > FOLD) return 1.0;
    float reached = max(nearness(here.what.x, pixel), 1e-3);
    float theirs = max(nearness(there.what.x, pixel), 1e-3);
    return clamp(max(bend, abs(1.0 / reached - 1.0 / theirs) * 150.0 - 0.5), 0.0, 1.0);
}

bool is_plain(ivec2 pixel, ivec2 end) {
    int surface = texelFetch(shown, pixel, 0).y;
    float near = texelFetch(depths, pixel, 0).r;
    for (int s = 1; s < SAMPLES; s++) if (texelFetch(shown, pixel, s).y != surface) return false;
    for (int k = 0; k < 4; k++) {
        ivec2 beside = clamp(pixel + WAYS[k], ivec2(0), end - 1);
        for (int s = 0; s < SAMPLES; s++) {
            if (texelFetch(shown, beside, s).y != surface) return false;
        }
        // A round body may hide itself.
        float theirs = texelFetch(depths, beside, 0).r;
        if ((surface & 1) == 1 && abs(near - theirs) > 0.5 * FOLD * max(near, theirs)) return false;
    }
    return true;
}

float ink_on(ivec2 pixel, ivec2 end) {
    Spot here = spot_at(pixel);
    Spot there[4];
    int counts[4];
    for (int k = 0; k < 4; k++) {
        ivec2 beside = clamp(pixel + WAYS[k], ivec2(0), end - 1);
        there[k] = spot_at(beside);
        counts[k] = count_of(beside, here.what.y);
    }
    int own = count_of(pixel, here.what.y);
    vec2 slope = vec2(counts[0] - counts[1], counts[2] - counts[3]);
    float total = 0.0;
    for (int k = 0; k < 4; k++) {
        ivec2 beside = clamp(pixel + WAYS[k], ivec2(0), end - 1);
        if (beside == pixel) continue;
        float strength = ink_between(here, there[k], beside);
        if (strength <= 0.0) continue;
        // Eight samples over two pixels: as many as are mine, so far away is the edge.
        bool is_fold = there[k].what.y == here.what.y;
        float at = is_fold ? 0.5 : clamp(float(own + counts[k]) / 4.0 - 0.5, 0.0, 1.0);
        float steep = dot(slope, slope) > 0.0 ? abs(dot(slope, vec2(WAYS[k]))) / length(slope) : 1.0;
        float fade = 1.0 - 0.75 * min(1.0, 1.0 / (max(here.near, there[k].near) * ink.x));
        total = max(total, clamp(size.z + 0.5 - at * max(steep, 0.5), 0.0, 1.0) * fade * strength);
    }
    return total;
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy), end = ivec2(size.xy);
    bool plain = is_plain(pixel, end);
    vec3 colour = texelFetch(colours, pixel, 0).rgb;
    for (int s = 1; s < SAMPLES; s++) colour += texelFetch(colours, pixel, s).rgb;
    float keep = plain ? 1.0 : 1.0 - ink_on(pixel, end) * size.w;
    finished = vec4(colour / float(SAMPLES) * keep, 1.0);
}
