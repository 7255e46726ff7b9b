// Where the edge lies between two neighbouring pixels, computed from the face that ends there.
// The rules are those of edges.py.

layout(binding = 0) uniform sampler2D colours;
layout(binding = 1) uniform isampler2D shown;  // face, −1 the backdrop; nearness, as its bits
layout(std430, binding = 0) readonly buffer Points { float points[]; };
struct Side {
    ivec4 corners;  // of a face
    ivec4 beside;   // the face across each of its sides, −1 none
};
layout(std430, binding = 7) readonly buffer Sides { Side sides[]; };

const int OWNER = @OWNER@;
const int STEPS = @STEPS@;
const float FOLD = @FOLD@;

struct Edge {
    float at;      // of the step between two pixels; 2 where there is none
    float across;  // the part of a step that is straight across the edge
};

int face_at(ivec2 pixel) { return texelFetch(shown, pixel, 0).x; }
float near_at(ivec2 pixel) { return intBitsToFloat(texelFetch(shown, pixel, 0).y); }
int surface_of(int face) { return face < 0 ? -8 : faces[face].what.x; }

void see(int face, out vec3 seen[3]) {
    for (int k = 0; k < 3; k++) {
        int point = 3 * sides[face].corners[k];
        vec4 place = vec4(points[point], points[point + 1], points[point + 2], 1.0);
        seen[k] = vec3(dot(project[0], place), dot(project[1], place), dot(project[2], place));
    }
}

// Where a walk from a pixel to its neighbour leaves a face, and by which side.
Edge leave(int face, ivec2 pixel, ivec2 way, out int side) {
    vec3 seen[3];
    see(face, seen);
    vec2 middle = vec2(pixel) + 0.5;
    Edge best = Edge(2.0, 1.0);
    float whole = 0.0;
    side = -1;
    for (int k = 0; k < 3; k++) {
        vec3 one = seen[k], other = seen[(k + 1) % 3];
        vec2 i = one.xy - middle * one.z, j = other.xy - middle * other.z;
        float here = i.x * j.y - i.y * j.x;
        whole += here * seen[(k + 2) % 3].z;
        vec2 into = vec2(i.y * other.z - one.z * j.y, one.z * j.x - i.x * other.z);
        float change = dot(into, vec2(way));
        // Seen from outside, the inside of a side is negative: y runs down the picture.
        if (change <= 0.0) continue;
        float at = max(-here / change, 0.0);
        if (at < best.at) {
            best = Edge(at, change / length(into));
            side = k;
        }
    }
    if (whole >= 0.0) best.at = 2.0;
    return best;
}

// Where a walk from a pixel to its neighbour leaves the surface that a face is part of.
Edge outline(int first, ivec2 pixel, ivec2 way) {
    Edge found = Edge(2.0, 1.0);
    int face = first, side;
    for (int k = 0; k < STEPS; k++) {
        Edge here = leave(face, pixel, way, side);
        // The face before was the last that shows; this one turns away or goes on.
        if (here.at > 1.0) return found;
        found = here;
        face = sides[face].beside[side];
        if (face < 0 || surface_of(face) != surface_of(first)) return found;
    }
    return found;
}

// How near the plane of a face is at a pixel.
float nearness(int face, ivec2 pixel) {
    vec3 seen[3];
    see(face, seen);
    vec2 middle = vec2(pixel) + 0.5;
    float total = 0.0, whole = 0.0;
    for (int k = 0; k < 3; k++) {
        vec3 one = seen[k], other = seen[(k + 1) % 3];
        vec2 i = one.xy - middle * one.z, j = other.xy - middle * other.z;
        float here = i.x * j.y - i.y * j.x;
        total += here;
        whole += here * seen[(k + 2) % 3].z;
    }
    return whole != 0.0 ? total / whole : 0.0;
}

// Where the edge between a pixel and its neighbour lies, 0 here … 1 there.
Edge edge_between(ivec2 pixel, ivec2 way) {
    ivec2 beside = pixel + way;
    int here = face_at(pixel), there = face_at(beside);
    bool mine = near_at(pixel) >= near_at(beside);
    for (int turn = 0; turn < 2; turn++) {
        if ((turn == 0) == mine) {
            if (here < 0) continue;
            Edge found = outline(here, pixel, way);
            if (found.at <= 1.0) return found;
        } else if (there >= 0) {
            Edge found = outline(there, beside, -way);
            if (found.at <= 1.0) return Edge(1.0 - found.at, found.across);
        }
    }
    if (here < 0 || there < 0) return Edge(0.5, 1.0);
    // Neither ends here: they run through each other where they are equally near.
    float before = near_at(pixel) - nearness(there, pixel);
    float after = near_at(beside) - nearness(here, beside);
    if (before >= 0.0 && after >= 0.0 && before + after > 0.0) {
        return Edge(before / (before + after), 0.8);
    }
    return Edge(0.5, 1.0);
}
